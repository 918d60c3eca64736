package org.lanewise.torchfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Pickles by hand: each that is not what torch.save writes of tensors and options is refused with reason and place. */
class MalformedPickleTest {
    private static final String STORAGE = "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0000X\u0003\0\0\0cpuK\u0006tQ";

    private static void assertRefused(String reason, String opcodes) {
        IOException e = assertThrows(IOException.class, () -> Files214.read(Files214.file(Files214.pickle(opcodes))), reason);
        assertTrue(e.getMessage().contains(reason), () -> "'" + e.getMessage() + "' must say '" + reason + "'");
    }

    private static String tensor(String storage, String arguments) {
        return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + arguments + "\u0089ccollections\nOrderedDict\n)RtR.";
    }

    @Test
    void aTensorByHandIsRead() throws IOException {
        assertEquals("a tensor of float32 [2, 3] 0.0 0.0 0.0 0.0 0.0 0.0\n",
                Files214.read(Files214.file(Files214.pickle(tensor(STORAGE, "K\0K\u0002K\u0003\u0086K\u0003K\u0001\u0086")))));
    }

    @Test
    void opcodesThatDataDoNotNeedAreRefusedWithTheirPlace() {
        for (char opcode = 0; opcode < 256; opcode++) {
            if ("NKMJGXc}])(taesubRQqrhj.\u0088\u0089\u008a\u0085\u0086\u0087".indexOf(opcode) < 0) {
                assertRefused("pickle at byte 3: opcode 0x" + Integer.toHexString(opcode) + " is not one", "N" + opcode);
            }
        }
    }

    @Test
    void noGlobalIsCalledButThoseOfTensors() {
        for (String global : new String[] {"os\nsystem", "posix\nsystem", "builtins\neval", "builtins\nexec", "__builtin__\neval",
                "subprocess\nPopen", "torch\nload", "torch.serialization\n_get_layout", "torch.storage\n_load_from_bytes",
                "numpy\nfrombuffer",
                "collections\nCounter", "torch._utils\n_rebuild_sparse_tensor", "torch.jit._pickle\nrestore_type_tag"}) {
            assertRefused("global '" + global.replace('\n', ' ') + "' is not one", "c" + global + "\nX\u0002\0\0\0ls\u0085R.");
            assertRefused("value must be data, got global '" + global.replace('\n', ' '), "c" + global + "\n.");
        }
        assertRefused("global 'torch ComplexFloatStorage' is not one",
                "(X\u0007\0\0\0storagectorch\nComplexFloatStorage\nX\u0001\0\0\0000X\u0003\0\0\0cpuK\u0001tQ.");
        assertRefused("only a global can be called", "N)R.");
        assertRefused("OrderedDict must be made empty", "ccollections\nOrderedDict\n](K\u0001e\u0085R.");
    }

    private static void assertTensorRefused(String reason, String start, String shape, String strides) {
        assertRefused(reason, tensor(STORAGE, start + shape + strides));
    }

    @Test
    void aTensorBeyondItsStorageIsRefused() {
        String long2To62 = "\u008a\b\0\0\0\0\0\0\0@", minus1 = "J\u00ff\u00ff\u00ff\u00ff";
        assertTensorRefused("tensor of 8 elements ends at 7 of a storage of 6", "K\0", "K\2K\4\u0086", "K\4K\1\u0086");
        assertTensorRefused("tensor of 6 elements ends at 6 of a storage of 6", "K\1", "K\2K\3\u0086", "K\3K\1\u0086");
        assertTensorRefused("tensor of 6 elements ends at 10 of a storage of 6", "K\0", "K\2K\3\u0086", "K\4K\3\u0086");
        assertTensorRefused("tensor of 9 elements ends at 0 of a storage of 6", "K\0", "K\3K\3\u0086", "K\0K\0\u0086");
        assertTensorRefused("tensor has 2 dimensions and 1 strides", "K\0", "K\2K\3\u0086", "K\1\u0085");
        assertTensorRefused("must have no negative number, got start 0", "K\0", minus1 + "\u0085", "K\1\u0085");
        assertTensorRefused("must have no negative number, got start -1", minus1, "K\1\u0085", "K\1\u0085");
        assertTensorRefused("has other arguments than torch.save writes", "N", "K\1\u0085", "K\1\u0085");
        assertTensorRefused("dimensions and strides must be integers, got None", "K\0", "N\u0085", "K\1\u0085");
        assertTensorRefused("has more elements than can be counted", "K\0", long2To62 + "K\3\u0086", "K\1K\1\u0086");
        assertTensorRefused("has more elements than can be counted", "K\0", "K\3K\3\u0086", long2To62 + "K\1\u0086");
        assertTensorRefused("must have at most 64 dimensions, got 65", "K\0", "(" + "K\1".repeat(65) + "t", "(" + "K\1".repeat(65) + "t");
    }

    @Test
    void storagesMustBeInTheFile() {
        String before = "(X\u0007\0\0\0storagectorch\nFloatStorage\n", after = "X\u0003\0\0\0cpu";
        assertRefused("storage 1 is not in the file", before + "X\u0001\0\0\0001" + after + "K\u0001tQ.");
        assertRefused("storage 0 must have at least 28 bytes, got 24", before + "X\u0001\0\0\0000" + after + "K\u0007tQ.");
        assertRefused("name of a storage must be digits, got '../x'", before + "X\u0004\0\0\0../x" + after + "K\u0001tQ.");
        assertRefused("elements of storage '0' must be from 0", before + "X\u0001\0\0\0000" + after + "J\u00ff\u00ff\u00ff\u00fftQ.");
        assertRefused("persistent id must be that of a storage, got 5", "K\u0005Q.");
        assertRefused("persistent id must be that of a storage, got a tuple of 5",
                "(X\u0006\0\0\0modulectorch\nFloatStorage\nX\u0001\0\0\0000" + after + "K\u0001tQ.");
        assertRefused("value must be data, got a storage", STORAGE + ".");
    }

    @Test
    void whatIsInItselfOrTooDeepIsRefused() {
        assertRefused("values must be at most 64 deep", "]q\0h\0a.");
        assertRefused("values must be at most 64 deep", "}q\0K\u0001h\0s.");
        assertRefused("values must be at most 64 deep", ")" + "\u0085".repeat(100_000) + ".");
        // A list of two of a list of two of ... is short, and has 2^60 places.
        assertRefused("counted in each place", ")q\0" + "h\0\u0086q\0".repeat(60) + ".");
    }

    @Test
    void aDictHasTextsAndIntegersAsKeysAndEachOnce() {
        assertRefused("key of a dict must be a text or an integer, got None", "}NNs.");
        assertRefused("key of a dict must be a text or an integer, got a tuple of 0", "}))s.");
        assertRefused("key 1 is in a dict twice", "}(K\u0001NK\u0001Nu.");
        assertRefused("keys and values must be pairs, got 1", "}(K\u0001u.");
        assertRefused("items must be set in a dict, got a list", "]NNs.");
        assertRefused("items must be appended to a list, got a dict", "}Na.");
        assertRefused("attributes must be a dict set on an OrderedDict", "}}b.");
    }

    @Test
    void theStackIsNeverLeft() {
        assertRefused("a value is missing", ".");
        assertRefused("a value is missing", "N(q\0.");
        assertRefused("a mark is missing", "Nt.");
        assertRefused("2 values are needed, got 1", "N\u0086.");
        assertRefused("2 values are needed, got 1", "N(N\u0086.");
        assertRefused("ends with 1 values", "NN.");
        assertRefused("ends with 0 values, 1 marks", "(N.");
        assertRefused("1 bytes left over", "N.N");
        assertRefused("nothing is remembered as 4294967295", "j\u00ff\u00ff\u00ff\u00ff.");
    }

    @Test
    void numbersAndTextsEndInThePickle() {
        assertRefused("is cut off: 1 bytes are needed, got 0", "N");
        assertRefused("is cut off: 8 bytes are needed, got 1", "G\0");
        assertRefused("is cut off: 4294967295 bytes are needed, got 2", "X\u00ff\u00ff\u00ff\u00ffab");
        assertRefused("text is not UTF-8", "X\u0001\0\0\0\u00ff.");
        assertRefused("integer must have at most 8 bytes, got 9", "\u008a\u0009123456789.");
        assertRefused("name of a global must end", "c" + "x".repeat(600) + "\nname\n.");
        assertRefused("name of a global must end", "cmodule");
        assertRefused("values must be at most", "N".repeat(Limits.VALUES + 1));
    }

    @Test
    void otherProtocolsAndFormatsAreNamed() throws IOException {
        IOException e = assertThrows(IOException.class, () -> Files214.read(Files214.file(new byte[] {(byte) 0x80, 4, 'N', '.'})));
        assertTrue(e.getMessage().contains("must begin with protocol 2"), e::getMessage);
        byte[] legacy = Files214.pickle("\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.");
        e = assertThrows(IOException.class, () -> Files214.read(legacy));
        assertTrue(e.getMessage().contains("format of PyTorch before 1.6"), e::getMessage);
    }

    @Test
    void integersOfAllSizesAreRead() throws IOException {
        assertEquals("255\n", Files214.read(Files214.file(Files214.pickle("K\u00ff."))));
        assertEquals("65535\n", Files214.read(Files214.file(Files214.pickle("M\u00ff\u00ff."))));
        assertEquals("-2\n", Files214.read(Files214.file(Files214.pickle("J\u00fe\u00ff\u00ff\u00ff."))));
        assertEquals("0\n", Files214.read(Files214.file(Files214.pickle("\u008a\0."))));
        assertEquals("-128\n", Files214.read(Files214.file(Files214.pickle("\u008a\u0001\u0080."))));
        assertEquals("-1\n", Files214.read(Files214.file(Files214.pickle("\u008a\u0008" + "\u00ff".repeat(8) + "."))));
    }
}
