"""A Ray cluster of two nodes on this machine, in a process of its own: ``python -m support.nodes``.

Prints its address, then obeys orders on standard input ('kill node', 'kill head') until that ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys


def kill_tree(pid: int) -> None:
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    os.kill(pid, signal.SIGKILL)
    for child in children.stdout.split():
        kill_tree(int(child))


def main() -> None:
    from ray.cluster_utils import Cluster

    memory = 100 * 2**20
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 2, "object_store_memory": memory, "include_dashboard": False},
    )
    second = cluster.add_node(num_cpus=2, object_store_memory=memory)
    say(cluster.address)
    for order in sys.stdin:
        match order.strip():
            case "kill node":
                kill_tree(second.all_processes["raylet"][0].process.pid)
            case "kill head":
                cluster.head_node.all_processes["gcs_server"][0].process.kill()
        say("done")
    cluster.shutdown()


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
