package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.schedule.Schedule;
import org.lanewise.torch.Exported;
import org.lanewise.torch.Restoring;
import org.lanewise.torch.SavedTraining;
import org.lanewise.torchfile.Pickled;
import org.lanewise.torchfile.TorchFile;
import org.lanewise.torchfile.TorchFileWriter;

/**
 * A file that {@code torch.save} wrote since PyTorch 1.6, usually named {@code .pt} or {@code .pth}: {@code model.state_dict()}, {@code
 * optimizer.state_dict()}, or a dict of both by any names. Training goes on from it:
 *
 * <pre>{@code
 * try (var file = TorchCheckpoint.open(Path.of("run.pt")); var store = file.storeBuilder().nativeMemory().build();
 *         var optimizer = file.optimizerBuilder(store).clipNorm(1).build()) {
 *     file.load(optimizer);
 *     ...
 *     TorchCheckpoint.save(Path.of("run.pt"), optimizer);
 * }
 * }</pre>
 *
 * <p>Steps then leave the bits that PyTorch 2.14.1 would have left, as {@link org.lanewise.rule} says. Read are {@code SGD}, {@code Adam},
 * {@code AdamW}, {@code NAdam}, {@code RAdam}, {@code Adamax}, {@code Adagrad}, {@code Adadelta}, {@code RMSprop}, {@code Rprop}, {@code
 * ASGD} and {@code Adafactor}, with groups, learning rates, {@code maximize}, every option, and the number of steps of each parameter. What
 * has no counterpart is refused by name. A file without a number of steps, that of {@code SGD}, is taken to have done one; say how many
 * with {@link OptimizerBuilder#resume} if a schedule needs to know. Schedulers, loss scalers and averages are not in such files.
 *
 * <p>Files may be written by anybody: what is read is data, nothing in it is run, and nothing is allocated that the file has not the bytes
 * for. {@code with...} give other views of the same open file. Not thread-safe; the file must not be changed in place while it is open.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/serialization.html">PyTorch: serialization semantics</a>
 */
public final class TorchCheckpoint implements AutoCloseable {
    private final Path path;
    private final TorchFile file;
    private final SavedTraining.Settings settings;

    private TorchCheckpoint(Path path, TorchFile file, SavedTraining.Settings settings) {
        this.path = path;
        this.file = file;
        this.settings = settings;
    }

    /**
     * Opens a file.
     *
     * @param path where it is
     * @return to be closed, once whatever is to be read is read
     * @throws IOException if it cannot be read, is malformed, is of PyTorch before 1.6, or holds anything but data; the message names it,
     *         the reason and the place
     * @throws NullPointerException if the path is null
     */
    public static TorchCheckpoint open(Path path) throws IOException {
        return new TorchCheckpoint(path, TorchFile.open(Check.notNull("path", path)), SavedTraining.Settings.NONE);
    }

    /**
     * {@return this file, of an optimizer of this class}
     * Files do not name it, but their options do, unless they are of {@code Adam} or {@code AdamW} before PyTorch 2.7.
     *
     * @param optimizer its name in {@code torch.optim}
     * @throws NullPointerException if it is null
     */
    public TorchCheckpoint withOptimizer(String optimizer) {
        return new TorchCheckpoint(path, file, new SavedTraining.Settings(Optional.of(Check.notNull("optimizer", optimizer)),
                settings.parameters(), settings.rename()));
    }

    /**
     * {@return this file, whose optimizer has parameters of these names}
     * By default they are those in the file's {@code param_names}, else the model's in its order, else the store's. An optimizer of several
     * groups numbers the parameters of its first group first.
     *
     * @param parameters their names, in the optimizer's order
     * @throws NullPointerException if the list or a name is null
     */
    public TorchCheckpoint withParameters(List<String> parameters) {
        return new TorchCheckpoint(path, file, new SavedTraining.Settings(settings.optimizer(),
                Optional.of(List.copyOf(Check.notNull("parameters", parameters))), settings.rename()));
    }

    /**
     * {@return this file with other names of tensors}
     * For instance {@code name -> name.replaceFirst("^module\\.", "")}.
     *
     * @param rename makes a tensor's name here of the one in the file
     * @throws NullPointerException if it is null
     */
    public TorchCheckpoint withNames(UnaryOperator<String> rename) {
        return new TorchCheckpoint(path, file,
                new SavedTraining.Settings(settings.optimizer(), settings.parameters(), Check.notNull("rename", rename)));
    }

    /**
     * Names of the optimizer's parameters, or of a model's tensors of floats if the file has no optimizer.
     *
     * @return in the optimizer's order; empty if the file has neither names nor a model
     * @throws IOException if the file has what has no counterpart, or parameters without names that may be several of the model's
     */
    public List<String> parameters() throws IOException {
        return saved().parameters();
    }

    /**
     * Starts a store with the parameters of the file's model.
     *
     * @return a new builder with their names and shapes
     * @throws IOException if the file has no model, or as {@link #parameters}
     */
    public ParameterStoreBuilder storeBuilder() throws IOException {
        SavedTraining saved = saved();
        if (saved.model().isEmpty()) {
            throw new IOException(path + ": has no model, so the shapes of its parameters are not known");
        }
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (String name : saved.parameters()) {
            Pickled.Tensor tensor = saved.model().get(name);
            if (tensor == null) {
                throw new IOException(path + ": its model has no tensor '" + name + "'");
            }
            builder.tensor(name, tensor.shape().stream().mapToLong(Long::longValue).toArray());
        }
        return builder;
    }

    /**
     * Starts an optimizer that goes on: with the file's rules, groups, learning rates and number of steps. Tensors of the store that the
     * file's optimizer did not have are frozen. {@link #load(Optimizer)} must follow when it is built.
     *
     * @param store has the tensors
     * @return a new builder, to which all else may be added that a step does
     * @throws IOException if the file has no optimizer, or what has no counterpart
     * @throws IllegalArgumentException if the store lacks a parameter, or has it with another shape
     * @throws NullPointerException if the store is null
     */
    public OptimizerBuilder optimizerBuilder(ParameterStore store) throws IOException {
        return builder(store, false);
    }

    /**
     * The same with a schedule: learning rates of rules are then those that a schedule began with, PyTorch's {@code initial_lr}.
     *
     * @param store has the tensors
     * @param schedule gives the learning rate of each step
     * @return a new builder, to which all else may be added that a step does
     * @throws IOException as {@link #optimizerBuilder(ParameterStore)}
     * @throws IllegalArgumentException as {@link #optimizerBuilder(ParameterStore)}
     * @throws NullPointerException if an argument is null
     */
    public OptimizerBuilder optimizerBuilder(ParameterStore store, Schedule schedule) throws IOException {
        Check.notNull("store", store);
        Check.notNull("schedule", schedule);
        return builder(store, true).schedule(schedule);
    }

    private OptimizerBuilder builder(ParameterStore store, boolean scheduled) throws IOException {
        OptimizerBuilder builder = Optimizer.builder(store);
        Restoring restoring = new Restoring(saved(), store);
        named(() -> restoring.describe(builder, scheduled));
        return builder;
    }

    /**
     * Copies the parameters of the file's model; rounded, if the store's are of fewer bits.
     *
     * @param store gets them
     * @throws IOException if the file has no model, lacks a tensor of the store, or is damaged; nothing has changed then
     * @throws IllegalArgumentException if a tensor has another shape; nothing has changed then
     * @throws NullPointerException if the store is null
     */
    public void load(ParameterStore store) throws IOException {
        Check.notNull("store", store);
        named(new Restoring(saved(), store)::loadParameters);
    }

    /**
     * Copies parameters, if the file has a model, states, and the number of steps of each parameter. Averages begin with the parameters;
     * gradients that were accumulated are dropped.
     *
     * @param optimizer with rules as in the file; learning rates are its own
     * @throws IOException if the file has no optimizer, lacks what the store has, is damaged, or has what has no counterpart; nothing has
     *         changed then, unless the message says that the file became shorter while it was read
     * @throws IllegalArgumentException if rules, their options or shapes are others than in the file; nothing has changed then
     * @throws IllegalStateException if the optimizer or its store is closed, it has looked ahead for a step, or averages are in the place
     *         of parameters; nothing has changed then
     * @throws NullPointerException if the optimizer is null
     */
    public void load(Optimizer optimizer) throws IOException {
        Check.notNull("optimizer", optimizer);
        Restoring restoring = new Restoring(saved(), optimizer.store());
        named(() -> restoring.load(optimizer));
    }

    /**
     * Writes a file that PyTorch takes: {@code saved = torch.load(path, weights_only=True)}, then {@code
     * model.load_state_dict(saved["model"])} and {@code optimizer.load_state_dict(saved["optimizer"])} with an optimizer whose groups have
     * as many parameters in the same order. Frozen tensors are in the model only. Equal optimizers give equal files.
     *
     * @param path where to; an existing file is replaced
     * @param optimizer what to write, between two steps
     * @throws IOException if it cannot be written or forced to the disk; the file is then what it was before
     * @throws IllegalArgumentException if PyTorch has no counterpart of a rule or of an option; nothing is written then
     * @throws IllegalStateException as {@link #load(Optimizer)}; nothing is written then
     * @throws NullPointerException if an argument is null
     */
    public static void save(Path path, Optimizer optimizer) throws IOException {
        Check.notNull("path", path);
        Pickled root = Exported.of(Check.notNull("optimizer", optimizer));
        Replacement.of(path, channel -> TorchFileWriter.write(root, channel));
    }

    /** What may fail because of the file. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    /** What may fail because of the file, without a result. */
    private interface Action {
        void run() throws IOException;
    }

    private SavedTraining saved() throws IOException {
        return named(() -> SavedTraining.of(file.root(), settings));
    }

    private void named(Action action) throws IOException {
        named(() -> {
            action.run();
            return Map.of();
        });
    }

    private <T> T named(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        } catch (InternalError e) {
            throw new IOException(path + ": " + SafetensorsInput.cut(e).getMessage(), e);
        }
    }

    /** Closes the file. What was loaded stays. */
    @Override
    public void close() {
        file.close();
    }

    /**
     * Path and content.
     *
     * @return for instance {@code run.pt: a dict of 2}
     */
    @Override
    public String toString() {
        return path + ": " + file.root();
    }
}
