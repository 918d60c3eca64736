package org.lanewise.splicer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/** Changes constants of a class file (The Java Virtual Machine Specification, 4.4), without the classes of the JDK that know all of it. */
final class ClassConstants {
    private static final int BEFORE = 8, UTF8 = 1, INTEGER = 3, FLOAT = 4, LONG = 5, DOUBLE = 6, CLASS = 7, STRING = 8, HANDLE = 15;
    private static final int METHOD_TYPE = 16, MODULE = 19, PACKAGE = 20;

    private ClassConstants() {}

    /**
     * A class file with other constants.
     *
     * @param file a class file
     * @param texts gives another one for each text: names, descriptors and strings
     * @param numbers gives another one for each int
     */
    static byte[] changed(byte[] file, UnaryOperator<String> texts, IntUnaryOperator numbers) {
        try {
            ByteArrayOutputStream changed = new ByteArrayOutputStream(file.length);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
            DataOutputStream out = new DataOutputStream(changed);
            out.write(in.readNBytes(BEFORE));
            int count = in.readUnsignedShort();
            out.writeShort(count);
            for (int k = 1; k < count; k++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                switch (tag) {
                    case UTF8 -> out.writeUTF(texts.apply(in.readUTF()));
                    case INTEGER -> out.writeInt(numbers.applyAsInt(in.readInt()));
                    default -> out.write(in.readNBytes(length(tag)));
                }
                k += tag == LONG || tag == DOUBLE ? 1 : 0;
            }
            in.transferTo(out);
            return changed.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int length(int tag) {
        return switch (tag) {
            case LONG, DOUBLE -> Long.BYTES;
            case CLASS, STRING, METHOD_TYPE, MODULE, PACKAGE -> Short.BYTES;
            case HANDLE -> Byte.BYTES + Short.BYTES;
            case FLOAT -> Float.BYTES;
            default -> 2 * Short.BYTES;
        };
    }
}
