"""What people fill in when they support or vote."""
