"""How far we trust: score, policy, screening, reports, holds."""
