"""Rules for the screens: the contract of a page, and no visible text outside the text table.

Each rule yields `path:line: what is wrong. How to mend it`.
"""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Rule, Source, is_in

# Calls that show text; `st.` anything counts, except calls that take a path, a key or a name.
TEXT_METHODS = frozenset({
    "title", "header", "subheader", "markdown", "caption", "write",
    "text", "metric", "button", "info", "warning", "error",
    "success", "toast", "expander", "tabs", "selectbox", "multiselect",
    "radio", "slider", "select_slider", "text_input", "text_area", "number_input",
    "date_input", "checkbox", "toggle", "segmented_control", "pills", "file_uploader",
    "camera_input", "download_button", "form_submit_button", "popover", "status", "spinner",
    "dialog", "link_button", "feedback",
})  # fmt: skip
TEXT_KEYWORDS = frozenset({
    "label", "body", "help", "placeholder", "caption", "captions", "title", "text", "alt",
    "page_title", "options",
})  # fmt: skip
TAKES_NO_TEXT = frozenset({
    "switch_page", "Page", "page_link", "image", "logo", "form", "fragment", "space",
    "set_option", "get_option",
})  # fmt: skip


def pages_lie_one_folder_down(source: Source) -> Iterator[str]:
    if is_in(source.path, "pages/*.py") and source.path.count("/") == 1:
        yield (
            f"{source.path}:1: a script directly in pages/ opens by URL without sign-in. "
            "Move it into the folder of its menu section"
        )


def pages_ask_for_their_permission_first(source: Source) -> Iterator[str]:
    if not source.is_page or source.path.endswith("__init__.py"):
        return
    steps = [node for node in source.tree.body[1:] if not is_import(node)]
    if not steps or not re.match(r"(\w+ = )?session\.require\(", ast.unparse(steps[0])):
        line = steps[0].lineno if steps else 1
        yield f"{source.path}:{line}: asks for no permission. Begin with session.require(...)"


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def pages_keep_to_their_contract(source: Source) -> Iterator[str]:
    if not source.is_page:
        return
    for node in ast.walk(source.tree):
        wrong = page_breach(node)
        if wrong:
            yield f"{source.path}:{node.lineno}: {wrong}"  # type: ignore[attr-defined]


def page_breach(node: ast.AST) -> str | None:
    """What a page's node does that belongs elsewhere, None when it may stay."""
    match node:
        case ast.Attribute(attr=name) if name.startswith("cache_"):
            return f"{name} in a page. Cache in pages/ui/reads.py"
        case ast.Attribute(attr="session_state"):
            return "session_state in a page. Keep state in pages/ui/session.py"
        case ast.keyword(arg="unsafe_allow_html"):
            return "unsafe_allow_html. Use the theme and Streamlit's own elements"
        case ast.Constant(value=str(text)) if re.search(r"(?is)\bselect\b.+\bfrom\b\s+\w", text):
            return "SQL in a page. Put it in a query file, and read it through operations"
        case ast.ExceptHandler(type=kind) if not is_refusal(kind):
            return "catches more than LendingError. A bug may crash; a refusal is shown"
    return None


def is_refusal(kind: ast.expr | None) -> bool:
    names = {"LendingError", "NotAllowed", "NotFound", "InvalidState", "InvalidInput"}
    return isinstance(kind, ast.Name) and kind.id in names


def screens_speak_through_the_text_table(source: Source) -> Iterator[str]:
    if not is_in(source.path, "app.py", "pages/*"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for shown in visible_literals(node, node.func):
                yield (
                    f'{source.path}:{node.lineno}: "{shown}" is visible text. Put it into '
                    "pages/ui/locales/en.toml and zh.toml, and show t(...)"
                )


def visible_literals(call: ast.Call, func: ast.Attribute) -> Iterator[str]:
    """Texts with letters that a call of Streamlit would show as they stand."""
    is_streamlit = ast.unparse(func.value).split(".")[0] == "st"
    if not (is_streamlit or func.attr in TEXT_METHODS) or "query_params" in ast.unparse(func):
        return
    has_format = any(keyword.arg == "format_func" for keyword in call.keywords)
    shown = [] if func.attr in TAKES_NO_TEXT else [*call.args]
    shown += [keyword.value for keyword in call.keywords if keyword.arg in TEXT_KEYWORDS]
    for argument in shown:
        for text in literals(argument):
            is_option = isinstance(argument, ast.List | ast.Tuple) and has_format
            words = re.sub(r":(material/)?[a-z_]+:", "", text)
            if re.search(r"[^\W\d_]", words) and not is_option:
                yield text


def literals(node: ast.AST) -> Iterator[str]:
    """String literals that become the value of an expression as they are, without a call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.List | ast.Tuple):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


SCREEN_RULES: tuple[Rule, ...] = (
    pages_lie_one_folder_down,
    pages_ask_for_their_permission_first,
    pages_keep_to_their_contract,
    screens_speak_through_the_text_table,
)
