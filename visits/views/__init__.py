"""Pages of visits and objections."""
