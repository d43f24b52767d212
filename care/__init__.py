"""care — what should be done next, for whom, by when: reminders, birthdays, signals, contact plans."""
