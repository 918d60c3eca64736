package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisturbanceTest {
    @Test
    void aQuietMachineIsNotSpokenOf() {
        assertEquals(Optional.empty(), new Disturbance(0.96, 0.09).warning());
    }

    @Test
    void aBusyMachineIsSaid() {
        String expected = "The machine was busy while times were taken: the timed thread ran for 80 % of the time, and other programs used "
                + "5 % of the processors. Run the demo again for better figures.";
        assertEquals(Optional.of(expected), new Disturbance(0.8, 0.05).warning());
        assertTrue(new Disturbance(1, 0.2).warning().isPresent());
    }

    @Test
    void ofTwoTimesTheWorseCounts() {
        assertEquals(new Disturbance(0.8, 0.2), new Disturbance(1, 0.2).and(new Disturbance(0.8, 0.1)));
    }

    @Test
    void aThreadThatSleepsIsNoticed() throws InterruptedException {
        Disturbance.Watch watch = Disturbance.watch();
        Thread.sleep(100);
        Disturbance seen = watch.sinceThen();
        assertTrue(seen.running() < 0.5, seen::toString);
        assertTrue(seen.others() >= 0 && seen.others() <= 1, seen::toString);
    }
}
