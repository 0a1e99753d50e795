package hraftd.page;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Pictures of one size that follow each other, written as an animated GIF that begins anew when it
 * is over. The colors are those that are seen most; the page has few. Not thread-safe.
 */
final class Animation {

  /** What a GIF can have. */
  private static final int MOST_COLORS = 256;

  private static final int CENTIS_IN_MILLIS = 10;
  private static final String GIF = "javax_imageio_gif_image_1.0";

  private record Frame(BufferedImage picture, Duration shown) {}

  private final List<Frame> frames = new ArrayList<>();

  /** Adds a picture, as PNG, that is shown for so long. */
  void add(byte[] png, Duration shown) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    frames.add(new Frame(picture, shown));
  }

  /** Writes all of them. */
  void write(Path file) throws IOException {
    IndexColorModel colors = colors();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(Files.newOutputStream(file))) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      Map<Integer, Byte> nearest = new HashMap<>();
      for (Frame frame : frames) {
        BufferedImage indexed = indexed(frame.picture, colors, nearest);
        IIOMetadata about = writer.getDefaultImageMetadata(new ImageTypeSpecifier(indexed), null);
        about.setFromTree(GIF, timed(about, frame.shown));
        writer.writeToSequence(new IIOImage(indexed, null, about), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  private static IIOMetadataNode timed(IIOMetadata about, Duration shown) {
    IIOMetadataNode root = (IIOMetadataNode) about.getAsTree(GIF);
    IIOMetadataNode control =
        (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("delayTime", Long.toString(shown.toMillis() / CENTIS_IN_MILLIS));
    control.setAttribute("disposalMethod", "none");
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0});
    extensions.appendChild(loop);
    root.appendChild(extensions);
    return root;
  }

  /** The colors that most points have. */
  private IndexColorModel colors() {
    Map<Integer, Integer> counts = new HashMap<>();
    for (Frame frame : frames) {
      for (int color : points(frame.picture)) {
        counts.merge(color, 1, Integer::sum);
      }
    }
    int[] most =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .limit(MOST_COLORS)
            .mapToInt(Map.Entry::getKey)
            .toArray();
    return new IndexColorModel(
        Byte.SIZE,
        most.length,
        most,
        0,
        /* alpha= */ false,
        -1,
        java.awt.image.DataBuffer.TYPE_BYTE);
  }

  private static int[] points(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    return picture.getRGB(0, 0, width, height, null, 0, width);
  }

  private static BufferedImage indexed(
      BufferedImage picture, IndexColorModel colors, Map<Integer, Byte> nearest) {
    BufferedImage indexed =
        new BufferedImage(
            picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colors);
    int[] points = points(picture);
    byte[] indexes = new byte[points.length];
    for (int i = 0; i < points.length; i++) {
      indexes[i] = nearest.computeIfAbsent(points[i], color -> nearest(color, colors));
    }
    indexed.getRaster().setDataElements(0, 0, picture.getWidth(), picture.getHeight(), indexes);
    return indexed;
  }

  private static byte nearest(int color, IndexColorModel colors) {
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < colors.getMapSize(); i++) {
      long distance = distance(color, colors.getRGB(i));
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return (byte) best;
  }

  private static long distance(int a, int b) {
    long sum = 0;
    for (int shift = 0; shift < Integer.SIZE - Byte.SIZE; shift += Byte.SIZE) {
      int apart = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += (long) apart * apart;
    }
    return sum;
  }
}
