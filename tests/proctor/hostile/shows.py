"""Attacks feedback's reader: what a browser would run, if the page let it."""

SCRIPT = "document.title = 'taken over'"
OUTPUTS = [
    f"from IPython.display import HTML\nHTML('<script>{SCRIPT.replace(chr(39), chr(34))}</script>')",
    f"from IPython.display import Javascript\nJavascript({SCRIPT!r})",
    "from IPython.display import HTML\n"
    'HTML(\'<img src=x onerror="document.title = `taken over`">'
    '<svg onload="document.title = `taken over`">\')',
    'from IPython.display import SVG\nSVG(\'<svg xmlns="http://www.w3.org/2000/svg">'
    "<script>document.title = `taken over`</script></svg>')",
    "from IPython.display import Markdown\nMarkdown('<img src=x onerror=\"document.title = `taken over`\">')",
    "from IPython.display import HTML\n"
    "HTML('<iframe srcdoc=\"<script>parent.document.title = `taken over`</script>\">')",
    "from IPython.display import HTML\n"
    "HTML('<a id=link href=\"javascript:document.title = `taken over`\">click</a>')",
    "print('\\x1b[31m<script>document.title = `taken over`</script>')",
    "raise ValueError('<img src=x onerror=\"document.title = `taken over`\">')",
    "from IPython.display import display\n"
    "display({'image/png': 'x\" onerror=\"document.title = `taken over`\" a=\"'}, raw=True)",
    "from IPython.display import display\n"
    "display({'text/latex': '<script>document.title = `taken over`</script>'}, raw=True)",
    "from IPython.display import display\n"
    "display({'application/vnd.jupyter.widget-view+json': {'model_id': '</script><script>document.title = "
    "`taken over`</script>'}}, raw=True)",
]
MARKDOWN = (
    "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">"
)
