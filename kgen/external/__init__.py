"""Other programs: one module each; only `process` starts one."""
