"""AdamW (Loshchilov and Hutter, 2019), and Muon (Jordan et al., 2024) for matrices of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ConfigurationError
from trainer.training.plan import Optimiser, Plan

if TYPE_CHECKING:
    import torch

    Named = Iterable[tuple[str, torch.nn.Parameter]]

BETAS = (0.9, 0.95)
"""As for GPT-3 (Brown et al., 2020): a second moment that forgets sooner than the default's."""


def optimiser(
    model: torch.nn.Module, plan: Plan, *, sharded: bool = False
) -> torch.optim.Optimizer:
    """For the parameters that need a gradient. ``sharded``: by FSDP. Raises
    ``ConfigurationError``."""
    import torch

    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    if not use_muon(plan.optimiser, sharded=sharded):
        return torch.optim.AdamW(
            _groups(named, plan), lr=plan.learning_rate, betas=BETAS, fused=_can_fuse(named)
        )
    return _with_muon(named, plan)


def use_muon(wanted: Optimiser, *, sharded: bool) -> bool:
    """Raises ``ConfigurationError`` where it is asked for and cannot be."""
    if wanted == "adamw":
        return False
    import torch

    # It needs whole matrices, which FSDP divides.
    can = hasattr(torch.optim, "Muon") and not sharded
    if wanted == "muon" and not can:
        raise ConfigurationError(
            f"torch {torch.__version__} has no Muon, or FSDP leaves it no whole matrices",
            next_step='set base.optimiser to "adamw"',
        )
    return can


def _groups(named: Named, plan: Plan) -> list[dict[str, Any]]:
    """Matrices are pulled towards zero; norms and biases are not."""
    groups: dict[bool, list[torch.nn.Parameter]] = {True: [], False: []}
    for _, parameter in named:
        groups[parameter.ndim >= 2].append(parameter)
    return [
        {"params": parameters, "weight_decay": plan.weight_decay if matrices else 0.0}
        for matrices, parameters in groups.items()
        if parameters
    ]


def _can_fuse(named: Named) -> bool:
    return all(one.device.type in ("cpu", "cuda") and one.is_floating_point() for _, one in named)


def _with_muon(named: list[tuple[str, torch.nn.Parameter]], plan: Plan) -> torch.optim.Optimizer:
    import torch

    class MuonAndAdamW(torch.optim.Optimizer):
        """Two optimisers as one. Muon's updates are scaled to the size of AdamW's (Liu et al.,
        2025), so that one learning rate and one schedule serve both."""

        def __init__(self) -> None:
            inner = [one for name, one in named if one.ndim == 2 and not _is_embedding(name)]
            known = set(map(id, inner))
            outer = [(name, one) for name, one in named if id(one) not in known]
            self.parts: tuple[torch.optim.Optimizer, ...] = (
                torch.optim.Muon(
                    inner,
                    lr=plan.learning_rate,
                    weight_decay=plan.weight_decay,
                    adjust_lr_fn="match_rms_adamw",
                ),
                torch.optim.AdamW(
                    _groups(outer, plan),
                    lr=plan.learning_rate,
                    betas=BETAS,
                    fused=_can_fuse(outer),
                ),
            )
            super().__init__([group for part in self.parts for group in part.param_groups], {})
            self._share_groups()

        def step(self, closure: Any = None) -> Any:
            for part in self.parts:
                part.step()

        def state_dict(self) -> dict[str, Any]:
            return {"parts": [part.state_dict() for part in self.parts]}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            for part, state in zip(self.parts, state_dict["parts"], strict=True):
                part.load_state_dict(state)
            self._share_groups()

        def _share_groups(self) -> None:
            """A learning rate that is set here is the parts' own."""
            self.param_groups = [group for part in self.parts for group in part.param_groups]

    return MuonAndAdamW()


def _is_embedding(name: str) -> bool:
    return "embed" in name or "lm_head" in name
