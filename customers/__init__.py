"""customers — who the customer is, whom they know, and what they hold."""
