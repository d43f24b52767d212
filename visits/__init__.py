"""visits — what was planned and said with a customer, what they objected to, and how near they are to deciding."""
