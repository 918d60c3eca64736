package org.lanewise.checkpoint;

import java.util.function.UnaryOperator;
import org.lanewise.check.Check;
import org.lanewise.snapshot.Deviation;
import org.lanewise.snapshot.Loading;

/**
 * In what an optimizer may differ from the file that it goes on from: immutable. Shapes never may. What is let pass is said in each method;
 * steps then leave other bits than without a break.
 */
public final class LoadOptions {
    private static final LoadOptions STRICT = new LoadOptions(Loading.STRICT, true);

    private final Loading loading;
    private final boolean verifies;

    private LoadOptions(Loading loading, boolean verifies) {
        this.loading = loading;
        this.verifies = verifies;
    }

    /** {@return options with which they differ in nothing, and checksums are compared} */
    public static LoadOptions strict() {
        return STRICT;
    }

    private LoadOptions allowing(Deviation deviation) {
        return new LoadOptions(loading.allowing(deviation), verifies);
    }

    /**
     * {@return these, and the optimizer keeps its learning rates, their factors and schedules, and its plateau trackers, whatever the file
     * has} Schedules still go by the file's number of steps.
     */
    public LoadOptions keepingLearningRates() {
        return allowing(Deviation.LEARNING_RATES);
    }

    /**
     * {@return these, and the optimizer keeps its rules and options} States that both have are loaded, others start fresh, and averages
     * that are not in the file start with the parameters.
     */
    public LoadOptions keepingOptions() {
        return allowing(Deviation.OPTIONS);
    }

    /**
     * {@return these, and tensors that are not in the file, or were frozen, start fresh: with their own step 1} Parameters that are not
     * in the file stay as they are.
     */
    public LoadOptions withAddedTensors() {
        return allowing(Deviation.ADDED_TENSORS);
    }

    /** {@return these, and tensors of the file that the store has not are left out} */
    public LoadOptions withoutDroppedTensors() {
        return allowing(Deviation.DROPPED_TENSORS);
    }

    /** {@return these, and numbers of another type than the store's are converted, by way of a float, to the nearest, ties to even} */
    public LoadOptions converting() {
        return allowing(Deviation.STORAGES);
    }

    /**
     * {@return these, with tensors of other names in the file}
     *
     * @param nameInFile gives the name in the file for each tensor of the store, which is not null
     */
    public LoadOptions renaming(UnaryOperator<String> nameInFile) {
        return new LoadOptions(new Loading(loading.allowed(), Check.notNull("nameInFile", nameInFile)), verifies);
    }

    /** {@return these, without a look at checksums, which other programs may not write} */
    public LoadOptions unverified() {
        return new LoadOptions(loading, false);
    }

    Loading loading() {
        return loading;
    }

    boolean verifies() {
        return verifies;
    }

    /** {@return what may differ} */
    @Override
    public String toString() {
        return "LoadOptions" + loading.allowed() + (verifies ? "" : ", unverified");
    }
}
