"""The English sentences of the package's errors, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RINGS = ("fashion_models", "pipelines", "ui")
#: Calls that make a problem of the REST API; their third argument is for people.
_PROBLEMS = ("ApiProblem", "problem")


def modules() -> dict[str, str]:
    """The source of every module of the package."""
    paths = (path for ring in RINGS for path in sorted((ROOT / ring).rglob("*.py")))
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


def raised(sources: Mapping[str, str]) -> dict[str, str]:
    """What errors say, with ``{}`` for values, and where; each of their three parts for itself.

    Args:
        sources: Name to source text.
    """
    trees = {name: ast.parse(source) for name, source in sources.items()}
    kinds = _kinds(trees.values())
    found: dict[str, str] = {}
    for name, tree in trees.items():
        source = _Source(tree)
        for function in source.functions():
            for call in ast.walk(function):
                if isinstance(call, ast.Call):
                    for sentence in source.said(_parts(call, kinds), function):
                        found.setdefault(sentence, f"{name}:{call.lineno}")
    return {sentence: where for sentence, where in found.items() if any(c.isalpha() for c in sentence)}


def _kinds(trees: Iterable[ast.Module]) -> set[str]:
    """Names of the error classes, also of those that are declared elsewhere."""
    kinds = {"FashionModelsError"}
    classes = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    for _ in range(4):  # as deep as the tree of errors is
        kinds |= {c.name for c in classes if any(isinstance(b, ast.Name) and b.id in kinds for b in c.bases)}
    return kinds


def _parts(call: ast.Call, kinds: set[str]) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _PROBLEMS:
        return call.args[2:3]
    if name == "HTTPException":
        return call.args[1:2]
    if name == "Problem":  # a product that is left out
        return [each.value for each in call.keywords if each.arg == "message"]
    named = [each.value for each in call.keywords if each.arg in ("what", "limit", "cure")]
    if name in kinds:
        return call.args[:1] + named
    return named if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" else []


class _Source:
    """A module in which names are looked up."""

    def __init__(self, module: ast.Module) -> None:
        self._module = module
        self._functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Functions and methods; those inside others are parts of them."""
        classes = [node for node in self._module.body if isinstance(node, ast.ClassDef)]
        for node in [*self._module.body, *(node for each in classes for node in each.body)]:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def said(self, parts: Sequence[ast.expr], scope: ast.AST) -> Iterator[str]:
        """What the parts of an error may say."""
        for part in parts:
            yield from self.sentences(part, scope)

    def sentences(self, node: ast.expr, scope: ast.AST) -> list[str]:
        """What an expression may say; '{}' where only running it would tell."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else ["{}"]
        if isinstance(node, ast.JoinedStr):
            pieces = [self._piece(value, scope) for value in node.values]
            return ["".join(chosen) for chosen in product(*pieces)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.sentences(node.left, scope), self.sentences(node.right, scope)
            return [one + other for one, other in product(left, right)]
        if isinstance(node, ast.IfExp):
            return self.sentences(node.body, scope) + self.sentences(node.orelse, scope)
        if isinstance(node, ast.Dict):
            return [text for value in node.values for text in self.sentences(value, scope)]
        if isinstance(node, ast.Subscript):  # of a table of sentences
            return self.sentences(node.value, self._module) if isinstance(node.value, ast.Name) else ["{}"]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._functions:
            ends = [
                n for n in ast.walk(self._functions[node.func.id]) if isinstance(n, ast.Return) and n.value
            ]
            return [text for end in ends if end.value for text in self.sentences(end.value, scope)]
        if isinstance(node, ast.Name):
            return [
                text for value in self._values(node.id, scope) for text in self.sentences(value, scope)
            ] or ["{}"]
        return ["{}"]

    def _piece(self, value: ast.expr, scope: ast.AST) -> list[str]:
        """A part of an f-string; a constant sentence of the module is part of the sentence."""
        if not isinstance(value, ast.FormattedValue):
            return self.sentences(value, scope)
        fixed = isinstance(value.value, ast.Name) and value.value.id.isupper() and value.format_spec is None
        return self.sentences(value.value, self._module) if fixed else ["{}"]

    def _values(self, name: str, scope: ast.AST) -> Iterator[ast.expr]:
        """What is assigned to a name, in its function or else in its module."""
        for within in (ast.walk(scope), self._module.body):
            found = [
                node.value
                for node in within
                if isinstance(node, ast.Assign)
                and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
            ]
            if found:
                yield from found
                return
