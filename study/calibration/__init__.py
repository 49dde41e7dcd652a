"""What one night's counts tell of the model: calibration, and checks of the calibration itself."""
