"""Tables of this room."""

from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot

__all__ = ["Calibration", "CurrentScore", "FactorWeight", "ScoreRun", "ScoreSnapshot"]
