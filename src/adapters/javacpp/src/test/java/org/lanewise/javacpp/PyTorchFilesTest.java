package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.Optimizer;
import org.lanewise.checkpoint.SafetensorsFile;
import org.lanewise.checkpoint.TorchCheckpoint;

/** A training goes from Python's PyTorch into a model of LibTorch's and back, by names. */
class PyTorchFilesTest {
    private static final Path RECORDED = Path.of(System.getProperty("lanewise.root", "../../.."),
            "src/test/resources/goldens/checkpoints214");

    @TempDir
    private Path folder;

    private static Module model() {
        Module model = new Module("model");
        model.register_module("layer", new LinearImpl(3, 5));
        return model;
    }

    private static float[] floats(SafetensorsFile recorded, String name) {
        return recorded.segment(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** Python took three steps by these gradients after it had saved the file. */
    private static void goOn(SafetensorsFile recorded, String name, Module model, Optimizer optimizer, int first, int end) {
        for (int step = first; step < end; step++) {
            for (String parameter : new String[] {"layer.weight", "layer.bias"}) {
                Tensor tensor = model.named_parameters().get(parameter);
                int size = (int) tensor.numel();
                float[] all = floats(recorded, name + "/grads/" + parameter);
                tensor.mutable_grad().put(torch.zeros_like(tensor));
                MemorySegment.copy(all, step * size, Models.memory(tensor.grad()), ValueLayout.JAVA_FLOAT, 0, size);
            }
            optimizer.step();
        }
    }

    @ParameterizedTest
    @CsvSource({"adamw", "adam_amsgrad", "sgd", "adagrad", "adamw_two_groups"})
    void aTrainingOfPythonsGoesOnWithItsBits(String name) throws IOException {
        Module model = model();
        try (TorchCheckpoint file = TorchCheckpoint.open(RECORDED.resolve(name + ".pt"));
                SafetensorsFile recorded = SafetensorsFile.open(RECORDED.resolve("checkpoints214.safetensors"));
                TorchStore store = TorchStore.of(model)) {
            Optimizer optimizer = file.optimizerBuilder(store.store()).build();
            file.load(optimizer);
            goOn(recorded, name, model, optimizer, 0, 3);
            for (String parameter : new String[] {"layer.weight", "layer.bias"}) {
                assertArrayEquals(floats(recorded, name + "/after/" + parameter),
                        Models.numbers(model.named_parameters().get(parameter)), name + " " + parameter);
            }
        }
    }

    @Test
    void whatIsSavedHereIsReadByPyTorchAndGoesOn() throws IOException {
        Path saved = folder.resolve("saved.pt");
        Module model = model(), second = model();
        try (TorchCheckpoint file = TorchCheckpoint.open(RECORDED.resolve("adamw.pt"));
                SafetensorsFile recorded = SafetensorsFile.open(RECORDED.resolve("checkpoints214.safetensors"));
                TorchStore store = TorchStore.of(model); TorchStore other = TorchStore.wrap(second)) {
            Optimizer optimizer = file.optimizerBuilder(store.store()).build();
            file.load(optimizer);
            goOn(recorded, "adamw", model, optimizer, 0, 1);
            TorchCheckpoint.save(saved, optimizer);
            try (TorchCheckpoint again = TorchCheckpoint.open(saved)) {
                Optimizer resumed = again.optimizerBuilder(other.store()).build();
                again.load(resumed);
                goOn(recorded, "adamw", second, resumed, 1, 3);
            }
            assertArrayEquals(floats(recorded, "adamw/after/layer.weight"),
                    Models.numbers(second.named_parameters().get("layer.weight")));
        }
        GenericDict weights = torch.pickle_load(new ByteVector(Files.readAllBytes(saved))).toGenericDict()
                .at(new IValue("model")).toGenericDict();
        assertEquals(2, weights.size());
        assertEquals(15, weights.at(new IValue("layer.weight")).toTensor().numel());
        assertEquals(Models.memory(weights.at(new IValue("layer.bias")).toTensor()).get(ValueLayout.JAVA_FLOAT, 0),
                weights.at(new IValue("layer.bias")).toTensor().select(0, 0).item_float());
    }
}
