"""The lock: what each rule meant when somebody last looked, and under which version."""
