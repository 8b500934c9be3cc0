"""Who may: roles, permissions, and the actor every operation asks for. Imports the words only."""
