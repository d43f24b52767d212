"""What a merge of two files takes by itself: plain functions of plain values."""


def taken_unasked(kept, other):
    """Whether the other file's value is taken without being asked: the kept file has none and the other has one."""
    return is_empty(kept) and not is_empty(other)


def is_empty(value):
    """Nothing is known: None, an empty text or list. No and zero are answers."""
    return value is None or value == "" or value == []


def differs(kept, other):
    """Whether somebody has to choose: both files have a value, and not the same."""
    return not is_empty(kept) and not is_empty(other) and kept != other
