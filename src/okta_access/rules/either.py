"""Several expressions as one that any of them passes."""

from __future__ import annotations

from okta_access.rules.model import And, Expr, Or


def either(exprs: tuple[Expr, ...]) -> Expr:
    """Any of these expressions; what all of them ask is asked once."""
    if len(exprs) == 1:
        return exprs[0]
    parts = [_conjuncts(expr) for expr in exprs]
    common = [part for part in parts[0] if all(part in others for others in parts[1:])]
    others = [tuple(part for part in one if part not in common) for one in parts]
    span = exprs[0].span
    if all(others):
        alternatives = tuple(dict.fromkeys(And(o, span) if len(o) > 1 else o[0] for o in others))
        common.append(Or(alternatives, span) if len(alternatives) > 1 else alternatives[0])
    return And(tuple(common), span) if len(common) > 1 else common[0]


def _conjuncts(expr: Expr) -> list[Expr]:
    return (
        [part for operand in expr.operands for part in _conjuncts(operand)]
        if isinstance(expr, And)
        else [expr]
    )
