"""Wrong answers made by machine: the reference solution with one small change each.

The changes are slips that people make: a comparison turned or its equality added, plus for minus, the wrong
order of operands or arguments, an axis or constant off by one, a statement left out, `=` for `+=`, a
maximum for a minimum.
"""

import ast
from collections.abc import Iterator

COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
OPERATORS: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
}
ORDER_MATTERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
NAMES = {  # of functions and methods, read both ways
    "max": "min",
    "argmax": "argmin",
    "maximum": "minimum",
    "sum": "mean",
    "prod": "sum",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "sqrt": "square",
    "exp": "log",
    "sin": "cos",
    "var": "std",
    "any": "all",
    "floor": "ceil",
}
NAMES |= {other: name for name, other in NAMES.items() if other not in NAMES}


def mutants(source: str) -> dict[str, str]:
    """Sources with one change each, by "statement -> changed statement"."""
    found: dict[str, str] = {}
    original = ast.unparse(ast.parse(source))
    for index, node in enumerate(ast.walk(ast.parse(source))):
        for variant in range(len(list(_variants(node)))):
            name, changed = _change(source, index, variant)
            if changed != original and changed not in found.values():
                while name in found:  # the same statement elsewhere
                    name += " (again)"
                found[name] = changed
    return found


def _change(source: str, index: int, variant: int) -> tuple[str, str]:
    """Put one variant in the place of one node of a fresh tree."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    node = list(ast.walk(tree))[index]
    statement = node
    while not isinstance(statement, ast.stmt):
        statement = parents[statement]
    before = _headline(statement)
    new = list(_variants(node))[variant]
    for field, value in ast.iter_fields(parents[node]):
        if value is node:
            setattr(parents[node], field, new)
        elif isinstance(value, list):
            value[:] = [new if item is node else item for item in value]
    after = _headline(new if statement is node else statement)
    return f"{before} -> {after}", ast.unparse(ast.fix_missing_locations(tree))


def _headline(statement: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(statement)).split("\n")[0]


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place by mistake."""
    match node:
        case ast.Compare(ops=[op]):
            for other in COMPARISONS[type(op)]:
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BoolOp(op=ast.And()):
            yield ast.BoolOp(ast.Or(), node.values)
        case ast.BoolOp(op=ast.Or()):
            yield ast.BoolOp(ast.And(), node.values)
        case ast.BinOp(left=left, op=op, right=right):
            for operator in OPERATORS.get(type(op), []):
                yield ast.BinOp(left, operator(), right)
            if isinstance(op, ORDER_MATTERS):
                yield ast.BinOp(right, op, left)
            yield left  # the other term or factor forgotten
            yield right
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            for number in (value + 1, value - 1, 0):
                yield ast.Constant(number)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if len(arguments) > 1:
                yield ast.Call(function, [arguments[1], arguments[0], *arguments[2:]], keywords)
            for keyword in keywords:
                yield ast.Call(function, arguments, [other for other in keywords if other is not keyword])
            if isinstance(function, ast.Name) and function.id == "range":
                *start, stop = arguments
                for operator in (ast.Add, ast.Sub):
                    yield ast.Call(function, [*start, ast.BinOp(stop, operator(), ast.Constant(1))], [])
            if isinstance(function, ast.Attribute) and function.attr in (
                "copy",
                "ravel",
                "flatten",
                "squeeze",
            ):
                yield function.value
        case ast.Attribute(value=value, attr="T"):
            yield value
        case ast.Attribute(value=value, attr=name) if name in NAMES:
            yield ast.Attribute(value, NAMES[name], node.ctx)
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name], node.ctx)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Tuple(elts=elements, ctx=ast.Load()):
            for i in range(len(elements) - 1):
                swapped = [*elements[:i], elements[i + 1], elements[i], *elements[i + 2 :]]
                yield ast.Tuple(swapped, ast.Load())
        case ast.If(test=test, body=body, orelse=orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
            yield ast.Pass()
        case ast.While(test=test, body=body, orelse=orelse):
            yield ast.While(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.AugAssign(target=target, op=op, value=value):
            for operator in OPERATORS.get(type(op), []):
                yield ast.AugAssign(target, operator(), value)
            yield ast.Assign([target], value)
            yield ast.Pass()
        case ast.Assign() | ast.Raise() | ast.Break() | ast.Continue() | ast.Return():
            yield ast.Pass()
        case ast.Expr(value=value) if not isinstance(value, ast.Constant):  # a docstring is a constant
            yield ast.Pass()
