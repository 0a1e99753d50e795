package hraftd.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The values of one case of a {@link Property}, drawn one after the other; the same seed gives the
 * same. What often goes wrong comes far more often than by chance: the ends of a range and their
 * neighbours, nothing and as much as is allowed, numbers of every length, characters of every
 * length in UTF-8. In some cases all that is drawn is of that kind. One thread.
 */
public final class Draw {

  /** In one case of so many everything is the least, in another everything the most. */
  private static final int CASES_AN_EXTREME = 40;

  /** In one case of so many everything is at the edge of its range. */
  private static final int CASES_OF_EDGES = 10;

  /** Otherwise one value of so many. */
  private static final int VALUES_AN_EDGE = 8;

  private static final int[] TELLING_CHARACTERS = {
    0, '\t', '\n', ' ', '"', '%', '+', '/', '?', 'A', '\\', 'a', 0x7f, 0x80, 0xe9, 0x7ff, 0x800,
    0x2028, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xffff, 0x10000, 0x1f600, 0x10ffff
  };

  private enum Mood {
    LEAST,
    MOST,
    EDGES,
    MIXED
  }

  private final SplittableRandom random;
  private final Mood mood;

  /** The case of a seed. */
  public Draw(long seed) {
    this.random = new SplittableRandom(seed);
    int luck = random.nextInt(CASES_AN_EXTREME);
    this.mood =
        luck == 0
            ? Mood.LEAST
            : luck == 1 ? Mood.MOST : luck % CASES_OF_EDGES == 2 ? Mood.EDGES : Mood.MIXED;
  }

  /** For what is not to have edges: a choice by chance, bytes in bulk. */
  public RandomGenerator random() {
    return random;
  }

  /** Any number at all. */
  public long aLong() {
    return aLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Any number at all. */
  public int anInt() {
    return (int) aLong(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A number from the first to the second, both included. */
  public int anInt(int least, int most) {
    return (int) aLong(least, most);
  }

  /** A number from the first to the second, both included. */
  public long aLong(long least, long most) {
    return switch (mood) {
      case LEAST -> least;
      case MOST -> most;
      case EDGES -> edge(least, most);
      case MIXED -> random.nextInt(VALUES_AN_EDGE) == 0 ? edge(least, most) : inside(least, most);
    };
  }

  private long edge(long least, long most) {
    long value =
        switch (random.nextInt(4)) {
          case 0 -> least + random.nextInt(2);
          case 1 -> most - random.nextInt(2);
          case 2 -> random.nextInt(-2, 3);
          // Around a power of two, where an encoding of variable length grows.
          default -> (1L << random.nextInt(Long.SIZE)) - random.nextInt(2);
        };
    return Math.max(least, Math.min(most, value));
  }

  private long inside(long least, long most) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(most - least);
    if (bits == 0) {
      return least;
    }
    // Half of them by their length: by chance alone there would hardly be a short one.
    if (random.nextBoolean()) {
      long offset = random.nextLong() >>> (Long.SIZE - random.nextInt(1, bits + 1));
      boolean around = least < 0 && most > 0;
      long value = around && random.nextBoolean() ? -offset : around ? offset : least + offset;
      if (value >= least && value <= most) {
        return value;
      }
    }
    if (most < Long.MAX_VALUE) {
      return random.nextLong(least, most + 1);
    }
    return least > Long.MIN_VALUE ? random.nextLong(least - 1, most) + 1 : random.nextLong();
  }

  /** True or false. */
  public boolean aBoolean() {
    return aLong(0, 1) == 1;
  }

  /** Any byte. */
  public byte aByte() {
    return (byte) aLong(Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  /** So many bytes at least and at most. */
  public byte[] bytes(int least, int most) {
    byte[] bytes = new byte[anInt(least, most)];
    switch (mood) {
      case LEAST -> {}
      case MOST -> Arrays.fill(bytes, (byte) 0xff);
      case EDGES, MIXED -> random.nextBytes(bytes);
    }
    if (mood == Mood.EDGES) {
      for (int i = 0; i < bytes.length; i += 2) {
        bytes[i] = aByte();
      }
    }
    return bytes;
  }

  /** Text of so many code points at most: any of Unicode, and halves of surrogate pairs too. */
  public String text(int most) {
    StringBuilder text = new StringBuilder();
    int length = anInt(0, most);
    for (int i = 0; i < length; i++) {
      int character =
          switch (random.nextInt(4)) {
            case 0 -> TELLING_CHARACTERS[random.nextInt(TELLING_CHARACTERS.length)];
            case 1 -> random.nextInt(' ', 0x7f);
            case 2 -> random.nextInt(Character.MAX_VALUE + 1);
            default -> random.nextInt(Character.MAX_CODE_POINT + 1);
          };
      text.appendCodePoint(character);
    }
    return text.toString();
  }

  /** Text of UTF-16 that is whole, as it comes back from UTF-8: no halves of surrogate pairs. */
  public String wholeText(int most) {
    return new String(text(most).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T of(T... values) {
    return values[anInt(0, values.length - 1)];
  }

  /** One of an enum. */
  public <E extends Enum<E>> E of(Class<E> type) {
    return of(type.getEnumConstants());
  }

  /** A list of so many at least and at most, each drawn. */
  public <T> List<T> list(int least, int most, Supplier<? extends T> each) {
    int size = anInt(least, most);
    List<T> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(each.get());
    }
    return Collections.unmodifiableList(list);
  }

  /** Up to so many that all differ. */
  public <T> Set<T> set(int most, Supplier<? extends T> each) {
    return new LinkedHashSet<>(list(0, most, each));
  }

  /** One that is drawn in a way that is itself drawn, each way as often. */
  @SafeVarargs
  public final <T> T oneOf(Supplier<? extends T>... ways) {
    return ways[random.nextInt(ways.length)].get();
  }

  /** Begins a choice in which some ways are taken more often. */
  public <T> Choice<T> choice() {
    return new Choice<>();
  }

  /** A choice between ways to draw, by weight. */
  public final class Choice<T> {
    private record Way<T>(int weight, Supplier<? extends T> draw) {}

    private final List<Way<T>> ways = new ArrayList<>();
    private int total;

    private Choice() {}

    /** Adds a way. */
    public Choice<T> or(int weight, Supplier<? extends T> draw) {
      ways.add(new Way<>(weight, draw));
      total += weight;
      return this;
    }

    /** What one of the ways draws. */
    public T draw() {
      int luck = random.nextInt(total);
      for (Way<T> way : ways) {
        luck -= way.weight;
        if (luck < 0) {
          return way.draw.get();
        }
      }
      throw new IllegalStateException("no way to draw");
    }
  }
}
