"""How far a rate that was seen may be from the true one."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054
"""Of the normal distribution, for 95%."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95% score interval of a rate, both ends from 0 to 1; all of it where nothing was tried.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209-212. It holds for few trials and for rates
    near 0 and 1, where the usual one does not.
    """
    if trials == 0:
        return 0.0, 1.0
    rate = successes / trials
    square = _Z * _Z
    scale = 1 + square / trials
    middle = (rate + square / (2 * trials)) / scale
    half = _Z * sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials)) / scale
    # At the ends the formula gives 0 and 1, but for the last digit.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return low, high
