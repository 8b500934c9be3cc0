"""What the law asks: register of rules, checks, disclosure. May import every area before it."""
