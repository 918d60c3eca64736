package org.lanewise.distributed.mpi;

import org.lanewise.distributed.CommunicationException;

/** The thread that all calls of MPI come from: MPI binds itself to the one that started it. Does not keep the JVM alive. */
final class MpiThread {
    private Runnable task;
    private Throwable thrown;
    private boolean ended;

    MpiThread() {
        Thread.ofPlatform().daemon().name("lanewise-mpi").start(this::serve);
    }

    /** Runs a task there, and waits for it; an interrupt is kept for the caller. */
    synchronized void run(Runnable task) {
        this.task = task;
        notifyAll();
        boolean interrupted = false;
        while (this.task != null) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (thrown) {
            case null -> { }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new CommunicationException("MPI failed", thrown);
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void serve() {
        while (!ended) {
            if (task == null) {
                try {
                    wait();
                } catch (InterruptedException _) {
                    continue;
                }
            } else {
                thrown = null;
                try {
                    task.run();
                } catch (Throwable e) {
                    thrown = e;
                }
                task = null;
                notifyAll();
            }
        }
    }
}
