"""The five steps of handling an objection (S0.22)."""

from visits.choices import STEP_GUIDANCE, HandlingStep


def ordered_steps(steps):
    """The steps taken, each once, in the order of handling."""
    return [step.value for step in HandlingStep if step in set(steps)]


def track(steps):
    """The five steps as a track: each with its word, its guidance, whether it was taken and whether it comes next."""
    taken = set(steps)
    following = next((step for step in HandlingStep if step not in taken), None)
    return [
        {
            "value": step.value,
            "label": step.label,
            "guidance": STEP_GUIDANCE[step],
            "taken": step in taken,
            "next": step == following,
        }
        for step in HandlingStep
    ]
