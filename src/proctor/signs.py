"""Words in a student's cells that answers do not need, and that ways around a test do.

Read by the supervisor, where student code cannot reach. Who hides the words is not found by this, but has to
hide them; who has a reason for them can give it. A sign costs no points.
"""

import re

SIGNS = {
    "looks at the frames of who calls it": r"_getframe|f_back|f_locals|tb_frame|gi_frame|cr_frame"
    r"|currentframe|inspect\.stack|extract_stack",
    "looks through memory": r"gc\.get_|get_referrers|get_objects|\bctypes\b|\bcffi\b"
    r"|/proc/(self|\d|\{|thread)",
    "traces or audits": r"settrace|setprofile|sys\.monitoring|addaudithook|register_at_fork|faulthandler",
    "reaches into the shell": r"ast_transformers|input_transformer|set_custom_exc|run_line_magic\(|\.kernel\b"
    r"|showtraceback|displayhook|display_pub|user_ns|history_manager|\b_ih\b|\bIn\[",
    "replaces what Python provides": r"__builtins__|builtins\.\w+\s*=|sys\.modules\[.*\]\s*=|__code__\s*="
    r"|\bsetattr\(\s*(builtins|np|numpy|torch|unittest)\b",
    "uses objects that equal everything": r"\bmock\b[^\n]*\bANY\b|\bMagicMock\b",
    "ends its process": r"\b_exit\b|os\.abort|os\.kill\(|raise_signal",
    "knows its grader": r"\bproctor\b|NBGRADER_|nbgrader\.",
}
PATTERNS = {what: re.compile(pattern) for what, pattern in SIGNS.items()}


def signs(source: str) -> list[str]:
    return [
        f"{what} ({match[0].strip()})"
        for what, pattern in PATTERNS.items()
        if (match := pattern.search(source))
    ]
