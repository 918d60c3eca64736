package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of protocol 2. Of its opcodes only those that data need are known, and a global is a name, of which {@link Rebuilding}
 * knows some: nothing is looked up and nothing is run.
 */
final class Unpickler {
    private static final int PROTOCOL = 2;
    private static final int MOST_BYTES_OF_A_LONG = 8;

    private final ByteBuffer pickle;
    private final Rebuilding rebuilding;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private int values;
    private int opcodeAt;

    private Unpickler(ByteBuffer pickle, Rebuilding.Storages storages) {
        this.pickle = pickle;
        this.rebuilding = new Rebuilding(storages);
    }

    /**
     * Reads a pickle.
     *
     * @param pickle its bytes
     * @param storages finds the bytes of tensors
     * @return the value
     * @throws IOException if it is malformed, or has what is not known or more than is allowed; the message says where
     */
    static Pickled read(MemorySegment pickle, Rebuilding.Storages storages) throws IOException {
        if (pickle.byteSize() > Limits.PICKLE) {
            throw new IOException("pickle must have at most " + Limits.PICKLE + " bytes, got " + pickle.byteSize());
        }
        Unpickler unpickler = new Unpickler(ByteBuffer.wrap(pickle.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN),
                storages);
        try {
            return Frozen.of(unpickler.run());
        } catch (IOException e) {
            throw new IOException("pickle at byte " + unpickler.opcodeAt + ": " + e.getMessage(), e);
        }
    }

    private Object run() throws IOException {
        require(2);
        if ((pickle.get(0) & 0xff) != 0x80 || pickle.get(1) != PROTOCOL) {
            throw new IOException("must begin with protocol " + PROTOCOL + " as torch.save writes it, got bytes "
                    + Integer.toHexString(Short.toUnsignedInt(pickle.order(ByteOrder.BIG_ENDIAN).getShort(0))));
        }
        pickle.order(ByteOrder.LITTLE_ENDIAN).position(2);
        while (true) {
            opcodeAt = pickle.position();
            require(1);
            int opcode = pickle.get() & 0xff;
            if (opcode == '.') {
                Object value = pop();
                if (!stack.isEmpty() || !marks.isEmpty() || pickle.hasRemaining()) {
                    throw new IOException("ends with " + stack.size() + " values, " + marks.size() + " marks and " + pickle.remaining()
                            + " bytes left over");
                }
                return value;
            }
            step(opcode);
        }
    }

    private void step(int opcode) throws IOException {
        switch (opcode) {
            case 'N' -> push(new Pickled.None());
            case 0x88 -> push(new Pickled.Flag(true));
            case 0x89 -> push(new Pickled.Flag(false));
            case 'K', 'M', 'J', 0x8a -> push(new Pickled.Whole(whole(opcode)));
            case 'G' -> push(new Pickled.Real(Double.longBitsToDouble(Long.reverseBytes(number(Long.BYTES)))));
            case 'X' -> push(new Pickled.Text(text(number(Integer.BYTES))));
            case 'c' -> push(new Rebuilding.Global(line() + " " + line()));
            case '}' -> push(new Building.Dict(false));
            case ']' -> push(new Building.Items());
            case ')' -> push(new Building.Tuple(List.of()));
            case '(' -> mark();
            case 't' -> push(new Building.Tuple(popToMark()));
            case 0x85, 0x86, 0x87 -> push(new Building.Tuple(pop(opcode - 0x84)));
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case 's' -> set(pop(2));
            case 'u' -> set(popToMark());
            case 'b' -> build();
            case 'R' -> reduce();
            case 'Q' -> push(rebuilding.storage(pop()));
            case 'q', 'r' -> memo.put(index(opcode == 'q'), count(peek()));
            case 'h', 'j' -> recall(index(opcode == 'h'));
            default -> throw new IOException("opcode 0x" + Integer.toHexString(opcode) + " is not one that tensors and options need");
        }
    }

    private long whole(int opcode) throws IOException {
        return switch (opcode) {
            case 'K' -> number(1);
            case 'M' -> number(2);
            case 'J' -> (int) number(4);
            default -> {
                int bytes = (int) number(1);
                if (bytes > MOST_BYTES_OF_A_LONG) {
                    throw new IOException("integer must have at most " + MOST_BYTES_OF_A_LONG + " bytes, got " + bytes);
                }
                int unused = Long.SIZE - Byte.SIZE * bytes;
                yield bytes == 0 ? 0 : number(bytes) << unused >> unused;
            }
        };
    }

    private void mark() throws IOException {
        count(marks);
        marks.add(stack.size());
    }

    private void build() throws IOException {
        Object attributes = pop();
        if (!(attributes instanceof Building.Dict) || !(peek() instanceof Building.Dict dict) || !dict.isOrdered()) {
            throw new IOException("attributes must be a dict set on an OrderedDict, got " + attributes);
        }
    }

    private void reduce() throws IOException {
        Object arguments = pop();
        push(rebuilding.call(pop(), arguments));
    }

    private void append(List<Object> items) throws IOException {
        if (!(peek() instanceof Building.Items list)) {
            throw new IOException("items must be appended to a list, got " + peek());
        }
        list.items().addAll(items);
    }

    private void set(List<Object> keysAndValues) throws IOException {
        if (!(peek() instanceof Building.Dict dict)) {
            throw new IOException("items must be set in a dict, got " + peek());
        }
        if (keysAndValues.size() % 2 != 0) {
            throw new IOException("keys and values must be pairs, got " + keysAndValues.size());
        }
        dict.keysAndValues().addAll(keysAndValues);
    }

    private void recall(int index) throws IOException {
        Object value = memo.get(index);
        if (value == null) {
            throw new IOException("nothing is remembered as " + Integer.toUnsignedString(index));
        }
        push(value);
    }

    private int index(boolean small) throws IOException {
        return (int) number(small ? 1 : Integer.BYTES);
    }

    private void push(Object value) throws IOException {
        stack.add(count(value));
    }

    private <T> T count(T value) throws IOException {
        if (++values > Limits.VALUES) {
            throw new IOException("values must be at most " + Limits.VALUES);
        }
        return value;
    }

    private Object peek() throws IOException {
        if (stack.size() <= floor()) {
            throw new IOException("a value is missing");
        }
        return stack.getLast();
    }

    private Object pop() throws IOException {
        peek();
        return stack.removeLast();
    }

    private List<Object> pop(int count) throws IOException {
        if (stack.size() - floor() < count) {
            throw new IOException(count + " values are needed, got " + (stack.size() - floor()));
        }
        return popFrom(stack.size() - count);
    }

    private List<Object> popToMark() throws IOException {
        if (marks.isEmpty()) {
            throw new IOException("a mark is missing");
        }
        return popFrom(marks.removeLast());
    }

    private List<Object> popFrom(int start) {
        List<Object> top = stack.subList(start, stack.size());
        List<Object> popped = List.copyOf(top);
        top.clear();
        return popped;
    }

    /** Values below the last mark are out of reach. */
    private int floor() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    /** An unsigned number of so many bytes, little-endian. */
    private long number(int bytes) throws IOException {
        require(bytes);
        long number = 0;
        for (int k = 0; k < bytes; k++) {
            number |= (pickle.get() & 0xffL) << Byte.SIZE * k;
        }
        return number;
    }

    private void require(long bytes) throws IOException {
        if (pickle.remaining() < bytes) {
            throw new IOException("is cut off: " + bytes + " bytes are needed, got " + pickle.remaining());
        }
    }

    private String text(long bytes) throws IOException {
        require(bytes);
        ByteBuffer text = pickle.slice(pickle.position(), (int) bytes);
        pickle.position(pickle.position() + (int) bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("text is not UTF-8", e);
        }
    }

    private String line() throws IOException {
        int start = pickle.position(), end = start;
        while (end < pickle.limit() && pickle.get(end) != '\n') {
            end++;
        }
        if (end == pickle.limit() || end - start > Limits.NAME) {
            throw new IOException("name of a global must end after at most " + Limits.NAME + " bytes");
        }
        String line = text(end - start);
        pickle.get();
        return line;
    }
}
