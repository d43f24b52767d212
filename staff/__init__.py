"""staff — who works here, what each may see, and what each did."""
