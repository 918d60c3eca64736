package org.lanewise.distributed;

/** Another rank has left, or what carries messages has failed: the training has to be started again from its last checkpoint. */
public final class CommunicationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * With a message.
     *
     * @param message which rank, and what happened
     */
    public CommunicationException(String message) {
        super(message);
    }

    /**
     * With a cause.
     *
     * @param message which rank, and what happened
     * @param cause what was thrown
     */
    public CommunicationException(String message, Throwable cause) {
        super(message, cause);
    }
}
