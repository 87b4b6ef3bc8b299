"""Write ``web/src/contract.ts`` from the types of ``kzborder.page.contract``; --check compares.

Comments beside the fields come along.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kzborder" / "page" / "contract.py"
TARGET = ROOT / "web" / "src" / "contract.ts"
PLAIN = {"float": "number", "int": "number", "str": "string", "bool": "boolean", "Any": "unknown"}
PLAIN |= {"None": "null"}


def contract(source: str) -> str:
    """
    Return the types of a Python module as TypeScript.

    >>> print(contract("class A(TypedDict):\\n    #: Name.\\n    x: NotRequired[list[int]]"))
    // Written by tools/contract.py from src/kzborder/page/contract.py: edit that.
    <BLANKLINE>
    export interface A {
      /** Name. */
      x?: number[];
    }
    <BLANKLINE>
    """
    lines = source.splitlines()
    out = ["// Written by tools/contract.py from src/kzborder/page/contract.py: edit that.", ""]
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            out += [*_doc(ast.get_docstring(node)), *_interface(node, lines), ""]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if isinstance(node.value, ast.Call):
                out += [*_comment(node, lines, ""), *_literal(name, node.value), ""]
                continue
            out += [*_comment(node, lines, ""), f"export type {name} = {_type(node.value)};", ""]
    return "\n".join(out)


def _interface(node: ast.ClassDef, lines: list[str]) -> list[str]:
    bases = [b.id for b in node.bases if isinstance(b, ast.Name) and b.id != "TypedDict"]
    partial = any(k.arg == "total" for k in node.keywords)
    out = [f"export interface {node.name}{' extends ' + ', '.join(bases) if bases else ''} {{"]
    for field in node.body:
        if not isinstance(field, ast.AnnAssign):
            continue
        out += _comment(field, lines, "  ")
        out.append(_field(ast.unparse(field.target), field.annotation, optional=partial))
    return [*out, "}"]


def _literal(name: str, call: ast.Call) -> list[str]:
    """A TypedDict that is called with its fields, for names that Python keeps to itself."""
    fields = call.args[1]
    assert isinstance(fields, ast.Dict)
    out = [f"export interface {name} {{"]
    for key, kind in zip(fields.keys, fields.values, strict=True):
        assert isinstance(key, ast.Constant)
        out.append(_field(str(key.value), kind))
    return [*out, "}"]


def _field(name: str, kind: ast.expr, *, optional: bool = False) -> str:
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "NotRequired":
        kind, optional = kind.slice, True
    return f"  {name}{'?' if optional else ''}: {_type(kind)};"


def _comment(node: ast.stmt, lines: list[str], indent: str) -> list[str]:
    found: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.strip().startswith("#:"):
            break
        found.insert(0, line.strip()[2:].strip())
    return [f"{indent}/** {' '.join(found)} */"] if found else []


def _doc(text: str | None) -> list[str]:
    return [f"/** {' '.join(text.split())} */"] if text else []


def _type(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp):
        return f"{_type(node.left)} | {_type(node.right)}"
    if isinstance(node, ast.Constant):
        return "null" if node.value is None else f'"{node.value}"'
    if isinstance(node, ast.Name):
        return PLAIN.get(node.id, node.id)
    assert isinstance(node, ast.Subscript), ast.unparse(node)
    name, inside = ast.unparse(node.value), node.slice
    if name == "list":
        item = _type(inside)
        return f"({item})[]" if " | " in item else f"{item}[]"
    if name == "dict":
        assert isinstance(inside, ast.Tuple)
        return f"Record<string, {_type(inside.elts[1])}>"
    assert isinstance(inside, ast.Tuple) or name == "Literal", ast.unparse(node)
    parts = [_type(e) for e in (inside.elts if isinstance(inside, ast.Tuple) else [inside])]
    return " | ".join(parts) if name == "Literal" else f"[{', '.join(parts)}]"


if __name__ == "__main__":
    text = contract(SOURCE.read_text("utf-8"))
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8", newline="\n")
    elif TARGET.read_text("utf-8") != text:
        sys.exit(
            "web/src/contract.ts is not that of page/contract.py: run python tools/contract.py"
        )
