"""The state machine of a return. Source: docs/rules/returns.md."""

from typing import Final

from quanqu.sell.returns.contracts import ReturnState, ReturnStep, ReturnStepError

__all__ = ["STEPS", "follow"]

_S, _T = ReturnState, ReturnStep
STEPS: Final[dict[ReturnState, dict[ReturnStep, ReturnState]]] = {
    _S.REQUESTED: {
        _T.APPROVE: _S.APPROVED, _T.REFUSE: _S.REFUSED, _T.CANCEL: _S.CANCELLED,
    },
    _S.APPROVED: {
        _T.AWAIT: _S.AWAITING_GOODS, _T.RECEIVE: _S.RECEIVED, _T.SETTLE: _S.SETTLED,
        _T.CANCEL: _S.CANCELLED,
    },
    _S.AWAITING_GOODS: {_T.RECEIVE: _S.RECEIVED, _T.CANCEL: _S.CANCELLED},
    _S.RECEIVED: {_T.INSPECT: _S.INSPECTED, _T.CANCEL: _S.CANCELLED},
    _S.INSPECTED: {
        _T.INSPECT: _S.INSPECTED, _T.SETTLE: _S.SETTLED, _T.CANCEL: _S.CANCELLED,
    },
    _S.SETTLED: {},
    _S.REFUSED: {},
    _S.CANCELLED: {},
}  # fmt: skip
"""What may follow."""
_OF_GOODS: Final = frozenset({ReturnStep.AWAIT, ReturnStep.RECEIVE, ReturnStep.INSPECT})


def follow(state: ReturnState, step: ReturnStep, *, keeps_goods: bool, ref: str) -> ReturnState:
    """Return where a step leads; goods that are kept never arrive, others settle once graded.

    Raises: ReturnStepError.
    """
    wanted = STEPS[state].get(step)
    is_early = step is ReturnStep.SETTLE and state is ReturnState.APPROVED and not keeps_goods
    if wanted is None or is_early or (keeps_goods and step in _OF_GOODS):
        raise ReturnStepError(ref=ref, state=state.value, step=step.value)
    return wanted
