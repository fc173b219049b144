"""The picture of a computation: what is in it, and that drawing changes nothing."""

import re
import xml.etree.ElementTree

import numpy as np
import pytest

import layerwise as lw


def leaf(*numbers):
    return lw.tensor(numbers, dtype=lw.float64, requires_grad=True)


def drawn(picture):
    """The texts of all boxes of the SVG."""
    root = xml.etree.ElementTree.fromstring(picture.svg)
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}path")) == sum(len(box.sources) for box in picture.boxes)
    return [text.text for text in root.iter(f"{name}text")]


def test_a_function_is_drawn_with_all_its_values():
    w, b = leaf(2.0, 3.0), leaf(0.5, 0.5)
    x = lw.tensor([1.0, -1.0], dtype=lw.float64)
    picture = lw.graph(lambda w, x, b: (w * x + b).relu().sum(), w=w, x=x, b=b)
    boxes = {box.name: box for box in picture.boxes}
    assert list(boxes) == ["sum", "relu", "add", "multiply", "w", "x", "b"]
    assert boxes["add"].value.tolist() == [2.5, -2.5]
    assert boxes["add"].gradient.tolist() == [1, 0]
    assert boxes["multiply"].sources == [boxes["w"], boxes["x"]]
    assert boxes["w"].gradient.tolist() == [1, 0]
    assert boxes["x"].gradient is None  # a constant
    assert boxes["x"].value.tolist() == [1, -1]
    assert picture._repr_svg_() == picture.svg
    texts = drawn(picture)
    for text in ("relu", "shape (2,)", "value 2.5, -2.5", "gradient 1, 0", "b"):
        assert text in texts
    assert str(picture).splitlines()[-1] == "b: shape (2,), value 0.5, 0.5, gradient 1, 0"


def test_a_tensor_is_drawn_and_left_alone():
    w = leaf(1.0, 2.0)
    loss = (w * w).sum()
    picture = lw.graph(loss, w=w)
    assert [box.name for box in picture.boxes] == ["sum", "multiply", "w"]
    assert picture.boxes[1].value is None
    assert picture.boxes[1].gradient.tolist() == [1, 1]
    assert picture.boxes[2].gradient.tolist() == [2, 4]
    assert w.grad is None
    loss.backward()
    assert w.grad.tolist() == [2, 4]
    with pytest.raises(RuntimeError, match="released"):
        lw.graph(loss)


def test_a_model_is_drawn_with_the_names_of_its_parameters():
    lw.manual_seed(0)
    model = lw.nn.Sequential(lw.nn.Linear(3, 2), lw.nn.Linear(2, 4))
    picture = lw.graph(model, lw.ones(5, 3))
    names = ["linear", "linear", "input 0", "0.weight", "0.bias", "1.weight", "1.bias"]
    assert [box.name for box in picture.boxes] == names
    assert all(box.gradient is None for box in picture.boxes)  # of 20 numbers there is none
    assert picture.boxes[0].value.shape == (5, 4)
    assert "value 1 … 1" in drawn(picture)
    assert isinstance(lw.Tensor(np.ones(2)), lw.Tensor)  # tensors are made as before


def test_several_outputs_and_long_arrows():
    x = leaf(1.0, 2.0, 3.0)
    picture = lw.graph(lambda x: (lambda a, b, c: (a.exp() * b).exp() * c)(*x), x=x)
    names = [box.name for box in picture.boxes]
    assert sorted(names) == sorted(
        ["multiply", "exp", "multiply", "exp", "part", "part", "part", "unbind", "x"]
    )
    unbind = next(box for box in picture.boxes if box.name == "unbind")
    assert sorted(unbind.rows) == [
        2,
        3,
        4,
        5,
    ]  # it stands in column 5; an arrow to column 1 passes the others
    by_column = {}
    for box in picture.boxes:
        for column, row in box.rows.items():
            by_column.setdefault(column, []).append(row)
    assert all(len(set(rows)) == len(rows) for rows in by_column.values())  # nothing lies on anything else
    assert max(len(rows) for rows in by_column.values()) == 3
    assert drawn(picture)


def test_text_is_escaped():
    picture = lw.graph((leaf(1.0) * 2).sum(), **{"<w> & co": leaf(1.0)})
    assert "<w>" not in picture.svg
    w = leaf(1.0)
    assert "<w>" in drawn(lw.graph(w * 2, **{"<w>": w}))


def test_texts_stay_in_their_boxes_and_boxes_apart():
    lw.manual_seed(0)
    model = lw.nn.Sequential(lw.nn.Linear(3, 2), lw.nn.ReLU(), lw.nn.Linear(2, 1))
    root = xml.etree.ElementTree.fromstring(lw.graph(model, lw.randn(5, 3) * 1e-5).svg)
    name = "{http://www.w3.org/2000/svg}"
    page, *shapes = root.findall(f"{name}rect")
    assert page.get("fill") == "#fff"  # readable on a dark page
    boxes = [tuple(float(shape.get(key)) for key in ("x", "y", "width", "height")) for shape in shapes]
    for text in root.findall(f"{name}text"):
        x, y = float(text.get("x")), float(text.get("y"))
        (box,) = [b for b in boxes if b[0] < x < b[0] + b[2] and b[1] < y < b[1] + b[3]]
        assert len(text.text) * 6.7 < box[2]  # as wide as digits are, at 12 pixels, in Arial
    for i, (x, y, width, height) in enumerate(boxes):
        assert x > 0
        assert x + width < float(root.get("width"))
        assert y + height < float(root.get("height"))
        for x2, y2, width2, height2 in boxes[:i]:
            assert x >= x2 + width2 or x2 >= x + width or y >= y2 + height2 or y2 >= y + height


def test_arrows_lead_from_a_box_to_the_next():
    root = xml.etree.ElementTree.fromstring(lw.graph(lambda x: x.exp(), leaf(1.0)).svg)
    name = "{http://www.w3.org/2000/svg}"
    result, source = (
        [float(r.get(k)) for k in ("x", "y", "width", "height")] for r in root.findall(f"{name}rect")[1:]
    )
    (path,) = root.findall(f"{name}path")
    start, end = re.fullmatch(r"M(\S+ \S+)C.* (\S+ \S+)m-6 -3.5l6 3.5l-6 3.5", path.get("d")).groups()
    assert [float(z) for z in start.split()] == [source[0] + source[2], source[1] + source[3] / 2]
    assert [float(z) for z in end.split()] == [result[0], result[1] + result[3] / 2]


def test_a_notebook_scrolls_it_and_a_reader_hears_it():
    picture = lw.graph((leaf(1.0) * 2).sum(), **{'"w"': leaf(1.0)})
    html = xml.etree.ElementTree.fromstring(picture._repr_html_())
    assert "overflow-x: auto" in html.get("style")
    assert html.get("tabindex") == "0"  # so that the keyboard can scroll it
    svg = html[0]
    assert svg.get("role") == "img"
    assert svg.get("aria-label").split() == str(picture).split()
    assert not [element for element in svg.iter() if element.get("id")]  # there may be many on a page


def test_errors():
    with pytest.raises(TypeError, match="a tensor or a function, got int"):
        lw.graph(3)
    with pytest.raises(TypeError, match="a tensor or a function, got tuple"):
        lw.graph(lambda x: (x, x), leaf(1.0))
    with pytest.raises(RuntimeError, match="anything that requires gradients"):
        lw.graph(lw.ones(2))
    with pytest.raises(ZeroDivisionError):
        lw.graph(lambda x: x / (1 // 0), leaf(1.0))
    assert lw.Tensor.__init__.__name__ == "__init__"
