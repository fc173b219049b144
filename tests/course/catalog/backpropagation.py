"""Answers to the backpropagation assignment that students may give, wrong and right."""

from assignment import Right, Wrong

WRONG = [
    Wrong(
        "order",
        "the order of the dictionary",
        {"order-example", "order-random", "order-cycle"},
        """def order(inputs):
    return list(inputs)""",
    ),
    Wrong(
        "order",
        "reversed: outputs first",
        {"order-example", "order-random"},
        """def order(inputs):
    done = []
    while len(done) < len(inputs):
        ready = [v for v in inputs if v not in done and all(u in done for u in inputs[v])]
        if not ready:
            raise ValueError("a cycle")
        done += ready
    return done[::-1]""",
    ),
    Wrong(
        "order",
        "no word about cycles",
        {"order-cycle"},
        """def order(inputs):
    done = []

    def visit(v):
        if v not in done:
            for u in inputs[v]:
                visit(u)
            done.append(v)

    for v in inputs:
        visit(v)
    return done""",
    ),
    Wrong(
        "order",
        "stops silently at a cycle",
        {"order-cycle"},
        """def order(inputs):
    done = []
    while True:
        ready = [v for v in inputs if v not in done and all(u in done for u in inputs[v])]
        if not ready:
            return done
        done += ready""",
    ),
    Wrong(
        "order",
        "takes a node when one input is done",
        {"order-example", "order-random", "order-cycle"},
        """def order(inputs):
    done = [v for v in inputs if not inputs[v]]
    while len(done) < len(inputs):
        ready = [v for v in inputs if v not in done and any(u in done for u in inputs[v])]
        if not ready:
            raise ValueError("a cycle")
        done += ready
    return done""",
    ),
    Wrong(
        "order",
        "takes a used node for a cycle",
        {"order-example", "order-random", "order-cycle"},
        """def order(inputs):
    done = []

    def visit(v):
        if v in done:
            raise ValueError("a cycle")
        for u in inputs[v]:
            visit(u)
        done.append(v)

    for v in inputs:
        if v not in done:
            visit(v)
    return done""",
    ),
    Wrong(
        "order",
        "a node once for each use",
        {"order-example", "order-random"},
        """def order(inputs):
    done, open_ = [], []

    def visit(v):
        if v in open_:
            raise ValueError("a cycle")
        open_.append(v)
        for u in inputs[v]:
            visit(u)
        open_.remove(v)
        done.append(v)

    for v in inputs:
        visit(v)
    return done""",
    ),
    Wrong(
        "order",
        "leaves left out",
        {"order-example", "order-random"},
        """def order(inputs):
    done = []
    todo = [v for v in inputs if inputs[v]]
    leaves = [v for v in inputs if not inputs[v]]
    while todo:
        ready = [v for v in todo if all(u in done or u in leaves for u in inputs[v])]
        if not ready:
            raise ValueError("a cycle")
        done += ready
        todo = [v for v in todo if v not in ready]
    return done""",
    ),
    Wrong(
        "order",
        "empties the dictionary",
        {"order-random"},
        """def order(inputs):
    done = []
    while inputs:
        ready = [v for v in inputs if all(u in done for u in inputs[v])]
        if not ready:
            raise ValueError("a cycle")
        for v in ready:
            done.append(v)
            del inputs[v]
    return done""",
    ),
    Wrong(
        "order",
        "sorted by the number of inputs",
        {"order-example", "order-random", "order-cycle"},
        """def order(inputs):
    return sorted(inputs, key=lambda v: len(inputs[v]))""",
    ),
    Wrong(
        "order",
        "notices only a node that is made from itself",
        {"order-cycle"},
        """def order(inputs):
    for v in inputs:
        if v in inputs[v]:
            raise ValueError("a cycle")
    done = []
    for _ in inputs:
        done += [v for v in inputs if v not in done and all(u in done for u in inputs[v])]
    return done""",
    ),
    Wrong(
        "accumulate",
        "overwrites",
        {"accumulate-example", "accumulate-paths"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] = slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "adds instead of multiplying",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] + local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "forward order",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result + 1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "no start",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "starts everywhere with 1",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [1.0] * len(tape)
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "starts at the end of the tape",
        {"accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[-1] = 1.0
    for k in range(len(tape) - 1, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "only as long as needed",
        {"accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * (result + 1)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "forgets what was there: local slopes only",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "path by path",
        {"accumulate-paths"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)

    def walk(k, slope):
        slopes[k] += slope
        for i, local in tape[k]:
            walk(i, slope * local)

    walk(result, 1.0)
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "one pair an input: a dictionary",
        {"accumulate-paths"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        for i, local in dict(tape[k]).items():
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "empties the tape",
        {"accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, -1, -1):
        while tape[k]:
            i, local = tape[k].pop()
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "stops before the first entry that is not a leaf",
        {"accumulate-example", "accumulate-paths", "accumulate-middle"},
        """def accumulate(tape, result):
    slopes = [0.0] * len(tape)
    slopes[result] = 1.0
    for k in range(result, result - 2, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes""",
    ),
    Wrong(
        "accumulate",
        "whole numbers only",
        {"accumulate-paths"},
        """
def accumulate(tape, result):
    slopes = np.zeros(len(tape), dtype=int)
    slopes[result] = 1
    for k in range(result, -1, -1):
        for i, local in tape[k]:
            slopes[i] += slopes[k] * local
    return slopes
""",
    ),
    Wrong(
        "pull_back",
        "without the transpose",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [J @ gradients[0], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "in forward order",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in jacobians:
        gradients = [J.T @ gradients[0], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "the last input's gradient first",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [J.T @ gradients[0], *gradients]
    return gradients[::-1]""",
    ),
    Wrong(
        "pull_back",
        "only the first input's gradient",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [J.T @ gradients[0], *gradients]
    return gradients[:1]""",
    ),
    Wrong(
        "pull_back",
        "without g itself",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [J.T @ gradients[0], *gradients]
    return gradients[:-1]""",
    ),
    Wrong(
        "pull_back",
        "always from g",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [J.T @ gradients[-1], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "empties the list",
        {"pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    while jacobians:
        gradients.insert(0, jacobians.pop().T @ gradients[0])
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "reverses the list in place",
        {"pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    jacobians.reverse()
    for J in jacobians:
        gradients = [J.T @ gradients[0], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "element by element",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [(J.T * gradients[0]).sum(axis=0), *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "two maps, by heart",
        {"pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    J1, J2 = jacobians
    return [J1.T @ (J2.T @ g), J2.T @ g, g]""",
    ),
    Wrong(
        "pull_back",
        "columns",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """def pull_back(jacobians, g):
    gradients = [g[:, None]]
    for J in reversed(jacobians):
        gradients = [J.T @ gradients[0], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "at least one map",
        {"pull_back-pure"},
        """def pull_back(jacobians, g):
    last = jacobians[-1]
    gradients = [last.T @ g, g]
    for J in reversed(jacobians[:-1]):
        gradients = [J.T @ gradients[0], *gradients]
    return gradients""",
    ),
    Wrong(
        "pull_back",
        "an array of arrays",
        {"pull_back-example", "pull_back-chain", "pull_back-pure"},
        """
def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients.append(gradients[-1] @ J)
    return np.array(gradients[::-1])
""",
    ),
    Wrong(
        "Value",
        "overwrites",
        {"Value-example", "Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad = value.grad * slope""",
    ),
    Wrong(
        "Value",
        "a product hands on the own factor",
        {"Value-example", "Value-gate", "Value-reuse"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (self.data, other.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "a sum hands on the other's number",
        {"Value-example", "Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (other.data, self.data))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "forgets what arrives: local slopes only",
        {"Value-example", "Value-gate", "Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope""",
    ),
    Wrong(
        "Value",
        "forward order",
        {"Value-example", "Value-gate", "Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in order:
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "the gate is always open",
        {"Value-gate", "Value-reuse"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (1.0,))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "the gate is open at zero",
        {"Value-gate"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data >= 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "relu hands on its value",
        {"Value-gate", "Value-reuse"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (max(self.data, 0.0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "relu is the absolute value",
        {"Value-gate", "Value-reuse"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(abs(self.data), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "no start",
        {"Value-example", "Value-gate", "Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "path by path",
        {"Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self, arriving=1.0):
        self.grad += arriving
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            parent.backward(arriving * slope)""",
    ),
    Wrong(
        "Value",
        "hands on what it has whenever something arrives",
        {"Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        self.grad = 1.0
        waiting = [self]
        while waiting:
            value = waiting.pop(0)
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope
                waiting.append(parent)""",
    ),
    Wrong(
        "Value",
        "breadth first, each once",
        {"Value-reuse"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        self.grad = 1.0
        waiting, seen = [self], {self}
        while waiting:
            value = waiting.pop(0)
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)""",
    ),
    Wrong(
        "Value",
        "one list of slopes for all Values",
        {"Value-deep"},
        """class Value:
    everything = []

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.everything.append(self)
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        self.grad = 1.0
        for value in reversed(self.everything):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "sets all slopes back first",
        {"Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "a square counts one factor",
        {"Value-reuse", "Value-deep"},
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in dict(zip(value.parents, value.slopes, strict=True)).items():
                parent.grad += value.grad * slope""",
    ),
    Wrong(
        "Value",
        "equal numbers taken for one Value",
        {"Value-reuse"},
        """
from dataclasses import dataclass


@dataclass
class Value:
    data: float
    grad: float = 0.0
    made_from: tuple = ()

    def __add__(self, other):
        return Value(self.data + other.data, 0.0, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Value(self.data * other.data, 0.0, ((self, other.data), (other, self.data)))

    def relu(self):
        return Value(max(self.data, 0.0), 0.0, ((self, float(self.data > 0)),))

    def backward(self):
        order = []

        def visit(value):
            if value not in order:
                for parent, _ in value.made_from:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, local in value.made_from:
                parent.grad += local * value.grad
""",
    ),
    Wrong(
        "linear_vjp",
        "weights transposed",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, X.T @ D, D.sum(axis=0)""",
    ),
    Wrong(
        "linear_vjp",
        "input with W transposed",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W.T, D.T @ X, D.sum(axis=0)""",
    ),
    Wrong(
        "linear_vjp",
        "biases by example",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X, D.sum(axis=1)""",
    ),
    Wrong(
        "linear_vjp",
        "biases in one number",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X, D.sum()""",
    ),
    Wrong(
        "linear_vjp",
        "means instead of sums",
        {"linear_vjp-batch"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X / len(X), D.mean(axis=0)""",
    ),
    Wrong(
        "linear_vjp",
        "biases not summed",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X, D""",
    ),
    Wrong(
        "linear_vjp",
        "biases as a row",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X, D.sum(axis=0, keepdims=True)""",
    ),
    Wrong(
        "linear_vjp",
        "one example only",
        {"linear_vjp-batch"},
        """def linear_vjp(D, X, W):
    return D[:1] @ W, np.outer(D[0], X[0]), D[0]""",
    ),
    Wrong(
        "linear_vjp",
        "another order",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D.T @ X, D @ W, D.sum(axis=0)""",
    ),
    Wrong(
        "linear_vjp",
        "a vector for one example",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return np.squeeze(D @ W), D.T @ X, D.sum(axis=0)""",
    ),
    Wrong(
        "linear_vjp",
        "in place on the slopes",
        {"linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    dX, dW = D @ W, D.T @ X
    for i in range(1, len(D)):
        D[0] += D[i]
    db = D[0].copy()
    D[:] = 0
    return dX, dW, db""",
    ),
    Wrong(
        "linear_vjp",
        "no biases",
        {"linear_vjp-example", "linear_vjp-batch", "linear_vjp-single"},
        """def linear_vjp(D, X, W):
    return D @ W, D.T @ X""",
    ),
    Wrong(
        "gate",
        "the slope alone",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, 1, 0)
    if name == "tanh":
        return (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "the activation, not its slope",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return D * np.maximum(Z, 0)
    if name == "tanh":
        return D * np.tanh(Z)
    return D / (1 + np.exp(-Z))""",
    ),
    Wrong(
        "gate",
        "open at zero",
        {"gate-example", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z >= 0, D, 0)
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "looks at D for the gate",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(D > 0, D, 0)
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "Z taken for the activation's value",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, D, 0)
    if name == "tanh":
        return D * (1 - Z**2)
    s = Z
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "1 - tanh",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, D, 0)
    if name == "tanh":
        return D * (1 - np.tanh(Z))
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "sigmoid without the second factor",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, D, 0)
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s""",
    ),
    Wrong(
        "gate",
        "sigmoid of tanh: all three alike",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    return D * (Z > 0)""",
    ),
    Wrong(
        "gate",
        "in place on D",
        {"gate-values"},
        """def gate(D, Z, name):
    if name == "relu":
        D[Z <= 0] = 0
        return D
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "a tolerance",
        {"gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 1e-9, D, 0)
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "divides by Z to find the sign",
        {"gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return D * (Z + np.abs(Z)) / (2 * Z + 1e-12)
    if name == "tanh":
        return D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "sums",
        {"gate-example", "gate-values", "gate-corner"},
        """def gate(D, Z, name):
    if name == "relu":
        return 0 * Z + np.sum(np.where(Z > 0, D, 0))
    if name == "tanh":
        return 0 * Z + np.sum(D * (1 - np.tanh(Z) ** 2))
    s = 1 / (1 + np.exp(-Z))
    return 0 * Z + np.sum(D * s * (1 - s))""",
    ),
    Wrong(
        "gate",
        "no tanh",
        {"gate-example", "gate-values"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, D, 0)
    s = 1 / (1 + np.exp(-Z))
    return D * s * (1 - s)""",
    ),
    Wrong(
        "gate",
        "D twice",
        {"gate-example", "gate-values"},
        """def gate(D, Z, name):
    if name == "relu":
        return np.where(Z > 0, D, 0)
    if name == "tanh":
        return D * D * (1 - np.tanh(Z) ** 2)
    s = 1 / (1 + np.exp(-Z))
    return D * D * s * (1 - s)""",
    ),
    Wrong(
        "network_gradients",
        "the mean forgotten",
        {
            "network_gradients-example",
            "network_gradients-last",
            "network_gradients-deep",
            "network_gradients-pure",
        },
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the wrong sign",
        {"network_gradients-example", "network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= -len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "no gates",
        {"network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0])
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the gate of the wrong layer",
        {"network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D * (scores[i] > 0)) @ layers[i][0]
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "transposed weights on the way back",
        {"network_gradients-last", "network_gradients-deep", "network_gradients-pure"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0].T) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the weights of the layer before",
        {"network_gradients-last", "network_gradients-deep", "network_gradients-pure"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i - 1][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "weight gradients transposed",
        {"network_gradients-example", "network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (H[i].T @ D, D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "a mean at every layer",
        {"network_gradients-last", "network_gradients-deep", "network_gradients-pure"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.mean(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "divided once more by n",
        {
            "network_gradients-example",
            "network_gradients-last",
            "network_gradients-deep",
            "network_gradients-pure",
        },
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i] / len(y), D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the output of the layer for its input",
        {"network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i + 1], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the last layer first",
        {"network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.append((D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "a ReLU behind the last layer",
        {"network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(H[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "the last layer only",
        {"network_gradients-deep", "network_gradients-pure"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    zeros = [(0 * W, 0 * b) for W, b in layers[:-1]]
    return [*zeros, gradients[-1]]""",
    ),
    Wrong(
        "network_gradients",
        "squared error's delta",
        {"network_gradients-example", "network_gradients-last", "network_gradients-deep"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    S = 1 / (1 + np.exp(-scores[-1]))
    D = (S - np.eye(D.shape[1])[y]) * S * (1 - S) / len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "updates on the way back",
        {"network_gradients-last", "network_gradients-deep", "network_gradients-pure"},
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        layers[i][0][:] -= gradients[0][0]
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "softmax over the batch",
        {
            "network_gradients-example",
            "network_gradients-last",
            "network_gradients-deep",
            "network_gradients-pure",
        },
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1])
    D = P / P.sum(axis=0, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, (D.T @ H[i], D.sum(axis=0)))
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Wrong(
        "network_gradients",
        "as many classes as occur",
        {"network_gradients-last"},
        """
def network_gradients(X, y, layers):
    inputs = [X]
    for W, b in layers:
        Z = inputs[-1] @ W.T + b
        inputs.append(np.maximum(Z, 0))
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    delta = (P - np.eye(y.max() + 1)[y]) / len(X)
    gradients = []
    for k in range(len(layers) - 1, -1, -1):
        gradients.append((delta.T @ inputs[k], delta.sum(axis=0)))
        delta = (delta @ layers[k][0]) * (inputs[k] > 0)
    return gradients[::-1]
""",
    ),
    Wrong(
        "check_gradient",
        "one-sided",
        {"check_gradient-central"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(x)) / h
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "divided by h",
        {"check_gradient-example", "check_gradient-central", "check_gradient-shapes", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / h
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "a step of 1e-2",
        {"check_gradient-central"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-2
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "a step of 1e-12",
        {"check_gradient-example", "check_gradient-central", "check_gradient-shapes"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-12
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "the wrong sign",
        {"check_gradient-example", "check_gradient-central", "check_gradient-shapes", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(down) - f(up)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "moves all numbers together",
        {"check_gradient-example", "check_gradient-central", "check_gradient-shapes", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up += h
        down -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "one axis only",
        {"check_gradient-shapes", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in range(len(x)):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "moves x itself",
        {"check_gradient-shapes"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        value = x[place]
        x[place] = value + h
        above = f(x)
        x[place] = value - h
        numeric[place] = (above - f(x)) / (2 * h)
        x[place] = value
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    return numeric, np.abs(numeric - gradient).max() / size if size > 0 else 0.0""",
    ),
    Wrong(
        "check_gradient",
        "an absolute error",
        {"check_gradient-example", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max()""",
    ),
    Wrong(
        "check_gradient",
        "relative to the claim",
        {"check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = np.abs(gradient).max()
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "relative to the differences",
        {"check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = np.abs(numeric).max()
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "without absolute values",
        {"check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, (numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "the mean error",
        {"check_gradient-example", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).mean() / size""",
    ),
    Wrong(
        "check_gradient",
        "an error for each number",
        {"check_gradient-example", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient) / size""",
    ),
    Wrong(
        "check_gradient",
        "0 by 0",
        {"check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "check_gradient",
        "a copy, moved further and further",
        {"check_gradient-example", "check_gradient-central", "check_gradient-shapes", "check_gradient-error"},
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    up, down = x.copy(), x.copy()
    for place in np.ndindex(x.shape):
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (2 * h)
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Wrong(
        "deep_linear",
        "divides by the weight",
        {"deep_linear-zero"},
        """def deep_linear(weights, x):
    out = x
    for a in weights:
        out = out * a
    slope = np.prod(weights)
    return out, slope, [slope * x / float(a) for a in weights]""",
    ),
    Wrong(
        "deep_linear",
        "the output's activation for the input's",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l + 1]
        slope *= weights[l]
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "the weight before its slope",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        slope *= weights[l]
        by_weight[l] = slope * h[l]
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "in the order of the way back",
        {"deep_linear-example", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l]
        slope *= weights[l]
    return h[-1], slope, by_weight[::-1]""",
    ),
    Wrong(
        "deep_linear",
        "without x",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l] / x if x else 0.0
        slope *= weights[l]
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "the slope by x times x",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l]
        slope *= weights[l]
    return h[-1], h[-1], by_weight""",
    ),
    Wrong(
        "deep_linear",
        "one weight for all: the sum",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l]
        slope *= weights[l]
    return h[-1], slope, sum(by_weight)""",
    ),
    Wrong(
        "deep_linear",
        "adds on the way back",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l]
        slope += weights[l]
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "skips the first layer",
        {"deep_linear-example", "deep_linear-power", "deep_linear-zero"},
        """def deep_linear(weights, x):
    h = [x, x]
    for a in weights[1:]:
        h.append(a * h[-1])
    slope, by_weight = 1.0, [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        by_weight[l] = slope * h[l]
        slope *= weights[l]
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "takes the first weight for all",
        {"deep_linear-example", "deep_linear-zero"},
        """def deep_linear(weights, x):
    a, L = weights[0], len(weights)
    return a**L * x, a**L, [a ** (L - 1) * x] * L""",
    ),
    Wrong(
        "deep_linear",
        "empties the list",
        {"deep_linear-power"},
        """def deep_linear(weights, x):
    h = [x]
    for a in weights:
        h.append(a * h[-1])
    slope, by_weight = 1.0, []
    while weights:
        by_weight.insert(0, slope * h[len(weights) - 1])
        slope *= weights.pop()
    return h[-1], slope, by_weight""",
    ),
    Wrong(
        "deep_linear",
        "by differences",
        {"deep_linear-example", "deep_linear-power"},
        """def deep_linear(weights, x):
    def out(weights, x):
        for a in weights:
            x = a * x
        return x

    e = 1e-6
    by_weight = []
    for i in range(len(weights)):
        moved = list(weights)
        moved[i] += e
        by_weight.append((out(moved, x) - out(weights, x)) / e)
    return out(weights, x), (out(weights, x + e) - out(weights, x)) / e, by_weight""",
    ),
]

RIGHT = [
    Right(
        "order",
        "depth first, with the nodes that are open",
        """def order(inputs):
    done, under_way = [], set()

    def visit(v):
        if v in under_way:
            raise ValueError(f"{v} is made from itself")
        if v not in done:
            under_way.add(v)
            for u in inputs[v]:
                visit(u)
            under_way.remove(v)
            done.append(v)

    for v in inputs:
        visit(v)
    return done""",
    ),
    Right(
        "order",
        "the standard library's",
        """import graphlib


def order(inputs):
    try:
        return list(graphlib.TopologicalSorter(inputs).static_order())
    except graphlib.CycleError as error:
        raise ValueError("a cycle") from error""",
    ),
    Right(
        "order",
        "one node at a time, from a copy",
        """def order(inputs):
    left, done = {v: set(nodes) for v, nodes in inputs.items()}, []
    while left:
        free = [v for v, nodes in left.items() if not nodes]
        if len(free) == 0:
            raise ValueError("cycle")
        del left[free[0]]
        done.append(free[0])
        for nodes in left.values():
            nodes.discard(free[0])
    return tuple(done)""",
    ),
    Right(
        "accumulate",
        "an array",
        """def accumulate(tape, result):
    slopes = np.zeros(len(tape))
    slopes[result] = 1
    for k, entry in reversed(list(enumerate(tape))):
        for i, local in entry:
            slopes[i] += local * slopes[k]
    return list(slopes)""",
    ),
    Right(
        "accumulate",
        "asks who uses an entry",
        """def accumulate(tape, result):
    uses = [[] for _ in tape]
    for k, entry in enumerate(tape):
        for i, local in entry:
            uses[i].append((k, local))
    slopes = [0.0 for _ in tape]
    for i in range(len(tape) - 1, -1, -1):
        slopes[i] = 1.0 if i == result else sum((slopes[k] * local for k, local in uses[i]), 0.0)
    return [s if i <= result else 0.0 for i, s in enumerate(slopes)]""",
    ),
    Right(
        "accumulate",
        "linear equations",
        """def accumulate(tape, result):
    M = np.eye(len(tape))
    for k, entry in enumerate(tape):
        for i, local in entry:
            M[i, k] -= local
    slopes = np.zeros(len(tape))
    slopes[result] = 1.0
    for i in reversed(range(result)):
        slopes[i] = -(M[i, i + 1 :] @ slopes[i + 1 :])
    return [float(s) for s in slopes]""",
    ),
    Right(
        "pull_back",
        "rows from the left",
        """def pull_back(jacobians, g):
    gradients = [g]
    for J in reversed(jacobians):
        gradients = [gradients[0] @ J, *gradients]
    return gradients""",
    ),
    Right(
        "pull_back",
        "a loop over components",
        """def pull_back(jacobians, g):
    result = [np.array(g)]
    for l in range(len(jacobians) - 1, -1, -1):
        J, v = jacobians[l], result[-1]
        result.append(np.array([sum(v[i] * J[i, j] for i in range(len(v))) for j in range(J.shape[1])]))
    result.reverse()
    return result""",
    ),
    Right(
        "pull_back",
        "by recursion",
        """def pull_back(jacobians, g):
    if len(jacobians) == 0:
        return [g]
    rest = pull_back(jacobians[1:], g)
    return [np.einsum("ij,i->j", jacobians[0], rest[0]), *rest]""",
    ),
    Right(
        "Value",
        "closures",
        """class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad = data, 0.0
        self._parents, self._push = parents, lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out._push = push
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._push = push
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,))

        def push():
            if self.data > 0:
                self.grad += out.grad

        out._push = push
        return out

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value in seen:
                return
            seen.add(value)
            for parent in value._parents:
                visit(parent)
            order.append(value)

        visit(self)
        self.grad = 1.0
        while order:
            order.pop()._push()""",
    ),
    Right(
        "Value",
        "numbered as they are made",
        """import heapq
import itertools


class Value:
    numbers = itertools.count()

    def __init__(self, data, made_from=None):
        self.data = data
        self.grad = 0.0
        self.made_from = made_from or []
        self.number = next(Value.numbers)

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def relu(self):
        return Value(self.data * (self.data > 0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        self.grad = 1.0
        heap, known = [(-self.number, self)], {self.number}
        while heap:
            _, value = heapq.heappop(heap)
            for parent, slope in value.made_from:
                parent.grad = parent.grad + slope * value.grad
                if parent.number not in known:
                    known.add(parent.number)
                    heapq.heappush(heap, (-parent.number, parent))""",
    ),
    Right(
        "Value",
        "counts the uses first",
        """class Value:
    def __init__(self, data, parents=(), slopes=()):
        self.data, self.parents, self.slopes = data, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        uses, waiting = {self: 0}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in uses:
                    uses[parent] = 0
                    waiting.append(parent)
                uses[parent] += 1
        self.grad = 1.0
        ready = [self]
        while ready:
            value = ready.pop()
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope * value.grad
                uses[parent] -= 1
                if uses[parent] == 0:
                    ready.append(parent)""",
    ),
    Right(
        "linear_vjp",
        "einsum",
        """def linear_vjp(D, X, W):
    dX = np.einsum("nm,md->nd", D, W)
    dW = np.einsum("nm,nd->md", D, X)
    return dX, dW, np.einsum("nm->m", D)""",
    ),
    Right(
        "linear_vjp",
        "example by example",
        """def linear_vjp(D, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(len(W))
    for i in range(len(X)):
        dX[i] = W.T @ D[i]
        dW += np.outer(D[i], X[i])
        db += D[i]
    return [dX, dW, db]""",
    ),
    Right(
        "linear_vjp",
        "ones for the sum",
        """def linear_vjp(D, X, W):
    return (W.T @ D.T).T, (X.T @ D).T, D.T @ np.ones(len(D))""",
    ),
    Right(
        "gate",
        "cosh and a logical mask",
        """def gate(D, Z, name):
    slope = {
        "relu": lambda: np.heaviside(Z, 0),
        "tanh": lambda: 1 / np.cosh(Z) ** 2,
        "sigmoid": lambda: 0.25 / np.cosh(Z / 2) ** 2,
    }[name]
    return slope() * D""",
    ),
    Right(
        "gate",
        "number by number",
        """def gate(D, Z, name):
    result = np.empty(np.shape(Z))
    for place in np.ndindex(result.shape):
        z = Z[place]
        if name == "relu":
            slope = 1.0 if z > 0 else 0.0
        elif name == "tanh":
            slope = 1 - np.tanh(z) ** 2
        else:
            slope = np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2
        result[place] = slope * D[place]
    return result""",
    ),
    Right(
        "network_gradients",
        "example by example",
        """def network_gradients(X, y, layers):
    sums = [(np.zeros(W.shape), np.zeros(b.shape)) for W, b in layers]
    for x, label in zip(X, y, strict=True):
        h, kept = x, []
        for W, b in layers:
            z = W @ h + b
            kept.append((h, z))
            h = np.maximum(z, 0)
        p = np.exp(z - z.max())
        delta = p / p.sum()
        delta[label] -= 1
        for i in range(len(layers) - 1, -1, -1):
            sums[i][0][:] += np.outer(delta, kept[i][0]) / len(y)
            sums[i][1][:] += delta / len(y)
            if i:
                delta = (layers[i][0].T @ delta) * (kept[i - 1][1] > 0)
    return sums""",
    ),
    Right(
        "network_gradients",
        "n at the end, columns for examples",
        """def network_gradients(X, y, layers):
    n, H, gates = len(X), X.T, []
    inputs = []
    for W, b in layers:
        inputs.append(H)
        Z = W @ H + b[:, None]
        gates.append(Z > 0)
        H = np.where(Z > 0, Z, 0)
    E = np.exp(Z - Z.max(axis=0))
    D = E / E.sum(axis=0) - np.eye(len(Z))[:, y]
    found = []
    for (W, _), H, g in zip(layers[::-1], inputs[::-1], [None, *gates[:-1][::-1]], strict=True):
        if g is not None:
            D = D * g
        found.append((D @ H.T / n, D.sum(axis=1) / n))
        D = W.T @ D
    return found[::-1]""",
    ),
    Right(
        "network_gradients",
        "lists, with a stable softmax",
        """def network_gradients(X, y, layers):
    H, scores = [X], []
    for W, b in layers:
        scores.append(H[-1] @ W.T + b)
        H.append(np.maximum(scores[-1], 0))
    P = np.exp(scores[-1] - scores[-1].max(axis=1, keepdims=True))
    D = P / P.sum(axis=1, keepdims=True)
    D[np.arange(len(y)), y] -= 1
    D /= len(y)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.insert(0, [D.T @ H[i], D.sum(axis=0)])
        if i > 0:
            D = (D @ layers[i][0]) * (scores[i - 1] > 0)
    return gradients""",
    ),
    Right(
        "check_gradient",
        "flat, with unit vectors",
        """def check_gradient(f, x, gradient):
    h = 1e-5
    steps = h * np.eye(x.size)
    slopes = [(f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape))) / (2 * h) for e in steps]
    numeric = np.array(slopes).reshape(x.shape)
    largest = np.max(np.abs([numeric, gradient]))
    return numeric, float(np.max(np.abs(gradient - numeric)) / largest) if largest else 0""",
    ),
    Right(
        "check_gradient",
        "the distance as it was rounded",
        """def check_gradient(f, x, gradient):
    numeric, h = np.zeros(x.shape), 1e-5
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        numeric[place] = (f(up) - f(down)) / (up[place] - down[place])
    size = max(np.abs(numeric).max(), np.abs(gradient).max())
    if size == 0:
        return numeric, 0.0
    return numeric, np.abs(numeric - gradient).max() / size""",
    ),
    Right(
        "deep_linear",
        "products of the others",
        """def deep_linear(weights, x):
    product = np.prod(weights)
    others = [np.prod(weights[:i]) * np.prod(weights[i + 1 :]) for i in range(len(weights))]
    return product * x, product, [x * other for other in others]""",
    ),
    Right(
        "deep_linear",
        "products from both ends",
        """def deep_linear(weights, x):
    before = np.cumprod([x, *weights])
    behind = np.cumprod([1.0, *weights[::-1]])[::-1]
    return before[-1], behind[0], before[:-1] * behind[1:]""",
    ),
]


SAME = "the order of the two does not matter here"
STRICT = "both are equally long"
ZERO = "the whole number 0 is equal to 0.0"

EQUIVALENT = {
    ("accumulate", "slopes = [0.0] * len(tape) -> slopes = [0] * len(tape)"): ZERO,
    ("Value", "self.grad = 0.0 -> self.grad = 0"): ZERO,
    (
        "Value",
        "return Value(self.data + other.data, (self, other), (1.0, 1.0))"
        " -> return Value(self.data + other.data, (other, self), (1.0, 1.0))",
    ): SAME,
    (
        "Value",
        "return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))"
        " -> return Value(max(0.0, self.data), (self,), (float(self.data > 0),))",
    ): SAME,
    (
        "Value",
        "for parent, slope in zip(value.parents, value.slopes, strict=True):"
        " -> for parent, slope in zip(value.parents, value.slopes):",
    ): STRICT,
    (
        "Value",
        "return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))"
        " -> return Value(max(self.data, 0), (self,), (float(self.data > 0),))",
    ): ZERO,
    (
        "Value",
        "for parent, slope in zip(value.parents, value.slopes, strict=True):"
        " -> for parent, slope in zip(value.parents, value.slopes, strict=False):",
    ): STRICT,
    (
        "gate",
        "s = 1 / (1 + np.exp(-Z)) -> s = 1 / (1 + np.exp(Z))",
    ): "the slope of the sigmoid is the same on both sides of zero",
    (
        "network_gradients",
        "for (W, _), h in zip(reversed(layers), reversed(H[:-1]), strict=True):"
        " -> for (W, _), h in zip(reversed(layers), reversed(H[:-1])):",
    ): STRICT,
    ("network_gradients", "H.append(np.maximum(Z, 0)) -> H.append(np.maximum(0, Z))"): SAME,
    (
        "network_gradients",
        "for (W, _), h in zip(reversed(layers), reversed(H[:-1]), strict=True):"
        " -> for (W, _), h in zip(reversed(layers), reversed(H[:-1]), strict=False):",
    ): STRICT,
    (
        "check_gradient",
        "size = max(np.abs(numeric).max(), np.abs(gradient).max())"
        " -> size = max(np.abs(gradient).max(), np.abs(numeric).max())",
    ): SAME,
    (
        "check_gradient",
        "error = np.abs(numeric - gradient).max() / size if size > 0 else 0.0"
        " -> error = np.abs(numeric - gradient).max() / size if size > 0 else 0",
    ): ZERO,
    (
        "check_gradient",
        "numeric, h = (np.zeros(x.shape), 1e-05) -> numeric, h = (np.ones(x.shape), 1e-05)",
    ): "every number is overwritten",
    (
        "check_gradient",
        "error = np.abs(numeric - gradient).max() / size if size > 0 else 0.0"
        " -> error = np.abs(gradient - numeric).max() / size if size > 0 else 0.0",
    ): SAME,
    (
        "deep_linear",
        "for a, before in zip(reversed(weights), reversed(h[:-1]), strict=True):"
        " -> for a, before in zip(reversed(weights), reversed(h[:-1])):",
    ): STRICT,
    (
        "deep_linear",
        "for a, before in zip(reversed(weights), reversed(h[:-1]), strict=True):"
        " -> for a, before in zip(reversed(weights), reversed(h[:-1]), strict=False):",
    ): STRICT,
}
