"""English: what is said about workers."""

SENTENCES: dict[str, str] = {
    "story_workers": (
        "Sums over rows were made by {count:,} worker processes of this machine, in {partitions:,} "
        "partitions folded in a fixed order: the bits do not depend on the number of workers."
    ),
    "story_cluster": (
        "Sums over rows were made by the {count:,} workers of the cluster at {address}, in "
        "{partitions:,} partitions folded in a fixed order: the bits do not depend on the number of "
        "workers."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "workers_and_cluster": (
        "--workers {count} and --cluster {address} ask for two kinds of workers.",
        "Give one of them.",
    ),
    "cluster_address": (
        "--cluster {address} is not the address of a scheduler.",
        "Write it as tcp://HOST:PORT or tls://HOST:PORT.",
    ),
    "workers_sequential": (
        "The method '{method}' cannot be shared among workers: each of its updates begins where the "
        "one before has ended, so its rows are walked one after the other.",
        "Use --method batch, or leave {option} out.",
    ),
    "workers_network": (
        "{option} is for linear models; networks are trained in one process.",
        "Leave {option} or --hidden out.",
    ),
    "workers_files": (
        "{option} needs Parquet or Feather files, of which each worker reads its own part; {file} is "
        "of another kind.",
        "Write the table as Parquet first, or leave {option} out.",
    ),
    "worker_start": (
        "A worker process did not start within {seconds:.0f} seconds, or ended at once.",
        "Look at what it wrote above; then try again with fewer --workers.",
    ),
    "worker_version": (
        "Worker {worker} runs {name} {theirs}, and this is {ours}; their bits may differ.",
        "Install the same versions everywhere.",
    ),
    "partition_ends_workers": (
        "Partition {number} ended {workers} workers, one after the other.",
        "Look for too little memory or a damaged file there, or fit without workers.",
    ),
    "cluster_not_installed": (
        "--cluster needs Dask, which is not installed.",
        "Install it by: pip install 'steepest[cluster]'.",
    ),
    "cluster_unreachable": (
        "The scheduler at {address} cannot be reached: {reason}.",
        "Check that it runs and that its address is right.",
    ),
    "cluster_without_workers": (
        "The cluster at {address} has had no worker for {seconds:.0f} seconds.",
        "Start workers, then fit again, or go on by steepest resume where a checkpoint was kept.",
    ),
    "cluster_lost": (
        "The cluster at {address} has lost partition {number}; its scheduler has probably ended.",
        "Start it again, then fit again, or go on by steepest resume where a checkpoint was kept.",
    ),
}
