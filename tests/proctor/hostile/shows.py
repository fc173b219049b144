"""Attacks feedback's reader: what a browser would run, if the page let it."""

SCRIPT = "document.title = 'taken over'"
HTML = (  # what a page could be taken over with, besides scripts
    '<meta http-equiv="refresh" content="0;url=javascript:document.title=`taken over`">',
    '<base href="http://elsewhere.example/"><link rel="stylesheet" href="http://elsewhere.example/x">',
    '<a id="data" href="data:text/html,<script>document.title=`taken over`</script>">click</a>',
    '<a href="java\\nscript:document.title=`taken over`">click</a>',
    '<svg><a xlink:href="javascript:document.title=`taken over`"><text>click</text></a></svg>',
    '<form action="http://elsewhere.example/"><input name="q"></form>',
    '<object data="x"></object><embed src="x">',
    '<div id="cover" style="position:fixed;top:0;left:0;width:100%;height:100%">over all</div>',
)
OUTPUTS = [
    *(f"from IPython.display import HTML\nHTML('{text}')" for text in HTML),
    "raise ValueError('\\x1b]8;;javascript:document.title=`taken over`\\x07x\\x1b]8;;\\x07<b onclick=x>')",
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
    "act = '1 onerror=document.title=`taken\\\\u0020over`'\n"  # a size has no quotes: it ends at a space
    "sizes = {'width': act, 'height': act, 'unconfined': act}\n"
    "display({'image/png': 'aaaa'}, raw=True, metadata={'image/png': sizes, **sizes})",
    "from IPython.display import display\n"
    "display({'text/latex': '<script>document.title = `taken over`</script>'}, raw=True)",
    "from IPython.display import display\n"
    "display({'application/vnd.jupyter.widget-view+json': {'model_id': '</script><script>document.title = "
    "`taken over`</script>'}}, raw=True)",
]
MARKDOWN = (
    "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">"
)
