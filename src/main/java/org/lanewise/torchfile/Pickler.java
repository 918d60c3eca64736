package org.lanewise.torchfile;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a value as a pickle of protocol 2 with the opcodes that torch.save uses. The same value gives the same bytes. */
final class Pickler {
    private static final int MOST_BYTE = 0xff, MOST_SHORT = 0xffff;

    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<Object, Integer> memo = new HashMap<>();
    private final List<Pickled.Tensor> tensors = new ArrayList<>();

    /**
     * Writes a value.
     *
     * @param root the value
     */
    Pickler(Pickled root) {
        opcode(0x80);
        pickle.write(2);
        write(root);
        opcode('.');
    }

    byte[] bytes() {
        return pickle.toByteArray();
    }

    /** The tensors, each of which is in the storage of its number. */
    List<Pickled.Tensor> tensors() {
        return tensors;
    }

    private void write(Pickled value) {
        switch (value) {
            case Pickled.None _ -> opcode('N');
            case Pickled.Flag flag -> opcode(flag.value() ? 0x88 : 0x89);
            case Pickled.Whole whole -> whole(whole.value());
            case Pickled.Real real -> {
                opcode('G');
                pickle.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(real.value()).array());
            }
            case Pickled.Text text -> text(text.value());
            case Pickled.Tuple tuple -> {
                opcode('(');
                tuple.items().forEach(this::write);
                opcode('t');
            }
            case Pickled.Items items -> {
                opcode(']');
                opcode('(');
                items.items().forEach(this::write);
                opcode('e');
            }
            case Pickled.Dict dict -> {
                opcode('}');
                opcode('(');
                dict.entries().forEach((key, each) -> {
                    write(key);
                    write(each);
                });
                opcode('u');
            }
            case Pickled.Tensor tensor -> tensor(tensor);
        }
    }

    private void tensor(Pickled.Tensor tensor) {
        global("torch._utils", "_rebuild_tensor_v2");
        opcode('(');
        opcode('(');
        text("storage");
        global("torch", tensor.dtype().storage());
        text(String.valueOf(tensors.size()));
        text("cpu");
        whole(tensor.size());
        opcode('t');
        opcode('Q');
        whole(0);
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long dimension : tensor.shape().reversed()) {
            strides.addFirst(stride);
            stride *= Math.max(1, dimension);
        }
        wholes(tensor.shape());
        wholes(strides);
        opcode(0x89);
        global("collections", "OrderedDict");
        opcode(')');
        opcode('R');
        opcode('t');
        opcode('R');
        tensors.add(tensor);
    }

    private void wholes(List<Long> numbers) {
        opcode('(');
        numbers.forEach(this::whole);
        opcode('t');
    }

    private void whole(long value) {
        if (value >= 0 && value <= MOST_BYTE) {
            opcode('K');
            pickle.write((int) value);
        } else if (value >= 0 && value <= MOST_SHORT) {
            opcode('M');
            little(value, Short.BYTES);
        } else if (value == (int) value) {
            opcode('J');
            little(value, Integer.BYTES);
        } else {
            int bytes = BigInteger.valueOf(value).toByteArray().length;
            opcode(0x8a);
            pickle.write(bytes);
            little(value, bytes);
        }
    }

    private void text(String text) {
        remembered(text, () -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            opcode('X');
            little(bytes.length, Integer.BYTES);
            pickle.writeBytes(bytes);
        });
    }

    private void global(String module, String name) {
        remembered(List.of(module, name), () -> {
            opcode('c');
            pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** Writes what was not written yet, and refers to what was. */
    private void remembered(Object what, Runnable write) {
        Integer index = memo.get(what);
        if (index == null) {
            write.run();
            reference('q', memo.size());
            memo.put(what, memo.size());
        } else {
            reference('h', index);
        }
    }

    private void reference(char small, int index) {
        if (index <= MOST_BYTE) {
            opcode(small);
            pickle.write(index);
        } else {
            opcode(small == 'q' ? 'r' : 'j');
            little(index, Integer.BYTES);
        }
    }

    private void little(long value, int bytes) {
        pickle.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), 0, bytes);
    }

    private void opcode(int opcode) {
        pickle.write(opcode);
    }
}
