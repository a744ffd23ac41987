"""One platform on this machine: its home folder, its nine supervised services."""
