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
    "plan_shares": (
        "Batches of {batch_size:,} of {rows:,} rows, of which every partition gives its share: the "
        "workers sum over theirs, and each of the {epochs:,} epochs reads all rows once, from copies "
        "that the workers keep."
    ),
    "plan_local": (
        "Local descent: in each of {epochs:,} epochs every partition descends over its own rows, of "
        "{rows:,} in all, {batch_size:,} at a time, and the parameters are averaged at its end."
    ),
    "plan_by_workers": (
        "The files are cut into {partitions:,} partitions of at most {partition_rows:,} rows "
        "({partition_bytes:,} bytes of numbers). Each of the {workers:,} workers reads its own, about "
        "{worker_bytes:,} bytes in a pass over the files."
    ),
    "plan_by_cluster": (
        "The files are cut into {partitions:,} partitions of at most {partition_rows:,} rows "
        "({partition_bytes:,} bytes of numbers). The workers of {cluster} read those that they are "
        "asked about."
    ),
    "plan_rounds": (
        "Workers are asked in about {rounds:,} rounds; {answers:,} answers of {answer_bytes:,} bytes, "
        "{round_bytes:,} in all, come back from each that sums."
    ),
    "plan_kept": "The workers keep {spill_bytes:,} bytes of rows in temporary files of their own.",
    "story_shared_copy": (
        "This process parsed the text once and left a binary copy of its {rows:,} rows to the workers."
    ),
    "story_shares": (
        "Each batch of {batch_size:,} rows took of every one of {partitions:,} partitions its share, "
        "in random order (the order called shares)."
    ),
    "story_local": (
        "Local descent: in every epoch each of {partitions:,} partitions, of {least:,} to {most:,} "
        "rows, descended over its own rows from the same parameters; then the parameters were "
        "averaged, weighted by rows. The result depends on the partitions, not on the number of "
        "workers. What is said of rates is proven where every partition is like the whole table."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "workers_and_cluster": (
        "--workers {count} and --cluster {address} ask for two kinds of workers.",
        "Give one of them.",
    ),
    "cluster_address": (
        "--cluster {address} is not the address of a scheduler.",
        "Write it as tls://HOST:PORT, or on this machine as tcp://127.0.0.1:PORT.",
    ),
    "cluster_unencrypted": (
        "--cluster {address} would reach {host} without encryption, and whoever can listen or write "
        "in between can run code on the workers.",
        "Use tls:// with Dask's certificates (docs/cluster.md), or add --unencrypted where the "
        "network is closed.",
    ),
    "unencrypted_without_cluster": (
        "--unencrypted is for --cluster.",
        "Add --cluster ADDRESS, or leave --unencrypted out.",
    ),
    "workers_sequential": (
        "The method '{method}' cannot be shared among workers as it is: each of its updates begins "
        "where the one before has ended, so its rows are walked one after the other.",
        "Use --local (partitions descend by themselves and are averaged after every epoch), "
        "--method mini-batch or batch, or leave {option} out.",
    ),
    "workers_order": (
        "With {option} batches take rows of all partitions, in random order; the rows' own order "
        "would walk one partition after the other.",
        "Leave --order given and --time-ordered out, or add --local, which walks every partition in "
        "its order.",
    ),
    "local_without_workers": (
        "--local is for rows that workers share, partition by partition.",
        "Add --workers N or --cluster ADDRESS, or leave --local out.",
    ),
    "local_of_batches": (
        "--local is for mini-batch and stochastic descent, whose updates look at some rows only.",
        "Use --method stochastic or mini-batch, or leave --local out.",
    ),
    "local_without_l1": (
        "--local averages the parameters of partitions, and a mean of zeros at different places "
        "holds none: the absolute penalty would do nothing that it is for.",
        "Use --penalty l2 or none, or leave --local out.",
    ),
    "workers_network": (
        "{option} is for linear models; networks are trained in one process.",
        "Leave {option} or --hidden out.",
    ),
    "workers_files": (
        "{option} needs files of which each worker reads its own part: Parquet or Feather, with "
        "--workers also CSV; {file} is of another kind.",
        "Write the table as Parquet first, or leave {option} out.",
    ),
    "worker_start": (
        "A worker process did not start within {seconds:.0f} seconds, or ended at once.",
        "Look at what it wrote above; then try again with fewer --workers.",
    ),
    "partition_hangs": (
        "Partition {number} (rows {first:,} to {last:,}; {files}) was asked of {workers} workers, one "
        "after the other, and none answered within {seconds:.0f} seconds.",
        "Look at those workers and at their storage; then fit again, or go on by steepest resume.",
    ),
    "file_changed_there": (
        "Worker {worker} finds {file} missing, or not as it was when the run began.",
        "Let all workers see the same files under the same path, on one shared storage.",
    ),
    "worker_version": (
        "Worker {worker} runs {name} {theirs}, and this is {ours}; their bits may differ.",
        "Install the same versions everywhere.",
    ),
    "partition_ends_workers": (
        "Partition {number} (rows {first:,} to {last:,}; {files}) ended {workers} workers, one after "
        "the other.",
        "Look for too little memory or a damaged file there, or fit without workers.",
    ),
    "workers_ended_at": (
        "All workers of the cluster ended while they had partitions {numbers:plain} ({files}) before them, "
        "and none came within {seconds:.0f} seconds.",
        "Look for a damaged file or too little memory there, start workers, then fit again, or go on "
        "by steepest resume where a checkpoint was kept.",
    ),
    "dask_kind": (
        "{type} is no Dask collection that holds a table.",
        "Give a Dask dataframe, a list of delayed tables, or a pair (X, y) of Dask arrays.",
    ),
    "dask_partition": (
        "Partition {number} is of type {type}, which is no table.",
        "Let every partition be a frame (pandas, polars, Arrow) or a mapping of names to values.",
    ),
    "dask_shapes": (
        "Arrays of shapes {X} and {y} do not go together as rows and targets ({targets}).",
        "Give X (n, d) and y (n,) or (n, K) in chunks of the same rows, and K names of targets.",
    ),
    "dask_in_memory": (
        "A collection of Dask ({type}) would be computed as a whole, into the memory of this process.",
        "Use fit, which takes its partitions one by one, or give partial_fit each partition computed.",
    ),
    "dask_kind_of_rows": (
        "{what} is a {type}, which is no collection of rows that an estimator takes.",
        "Give a Dask array of one or two dimensions, or a Dask dataframe or series.",
    ),
    "dask_part": (
        "Partition {number} of {what} holds {got}, where the collection says {said}.",
        "Make the collection with the types that its partitions have (meta=...), dense and numeric.",
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
    "cluster_silent": (
        "The cluster at {address} has not answered for {seconds:.0f} seconds, though it was not said to be gone.",
        "Check the network, and that no worker is stopped; then fit again, or go on by steepest resume "
        "where a checkpoint was kept.",
    ),
    "cluster_lost": (
        "The cluster at {address} has lost partition {number}; its scheduler has probably ended.",
        "Start it again, then fit again, or go on by steepest resume where a checkpoint was kept.",
    ),
}
