"""The learning rate over a training, as a part of its highest value."""

from __future__ import annotations

import math

from trainer.training.plan import Plan


def rate_at(share: float, plan: Plan) -> float:
    """``share``: how much of the training is done, from 0 to 1."""
    share = min(1.0, max(0.0, share))
    if share < plan.warm_up:
        return share / plan.warm_up
    if plan.schedule == "wsd":
        # Warm-up, stable, decay (Hu et al., 2024), the decay as 1 - sqrt (Hägele et al., 2024).
        start = max(plan.warm_up, 1.0 - plan.decay)
        if share <= start:
            return 1.0
        fall = math.sqrt((share - start) / (1.0 - start))
    else:
        # Loshchilov and Hutter, 2017.
        fall = 0.5 - 0.5 * math.cos(math.pi * (share - plan.warm_up) / (1.0 - plan.warm_up))
    return 1.0 - (1.0 - plan.final_rate) * fall
