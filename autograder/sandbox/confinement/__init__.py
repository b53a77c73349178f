"""What confines a worker: uid, limits, Landlock, seccomp, namespaces, processes."""
