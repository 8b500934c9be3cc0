"""What the law asks of a journey: disclosure before contract. May import every area before it."""
