package hraftd.testing;

import static hraftd.testing.Eventually.eventually;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, as Debian has it. Not thread-safe. */
public final class Browser implements AutoCloseable {

  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  /** The first that is there of each; other systems than Debian call them otherwise. */
  private static final List<Path> CHROMIUM =
      paths("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

  private static final List<Path> DRIVER =
      paths("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

  /** What stays at the window's end would be in the middle of a picture of all. */
  private static final String DOCK =
      "document.querySelector('.dock')?.style.setProperty('position', arguments[0])";

  /** A part of a page that is painted anew is else rounded otherwise than when all of it is. */
  private static final String PAINTED_ANEW = "--disable-partial-raster";

  /** On a busy machine a browser starts slowly. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final ChromeDriver driver;
  private int windowWidth;
  private int windowHeight;

  /** Starts one. */
  public Browser() {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(first(DRIVER).toFile())
            .usingAnyFreePort()
            .withTimeout(START_LIMIT)
            .withLogOutput(new java.io.ByteArrayOutputStream())
            .build();
    driver = new ChromeDriver(service, options());
    driver.manage().timeouts().scriptTimeout(Eventually.LONG).pageLoadTimeout(Eventually.LONG);
  }

  private static ChromeOptions options() {
    LoggingPreferences console = new LoggingPreferences();
    console.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(first(CHROMIUM).toFile());
    // Its sandbox does not work for root, and the shared memory of a container is small.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        PAINTED_ANEW,
        "--disable-component-update",
        "--disable-background-networking",
        "--no-first-run");
    options.setCapability("goog:loggingPrefs", console);
    return options;
  }

  /** What has to be installed before there can be one, as Debian calls it; empty if all is here. */
  public static String missing() {
    return Stream.of(Map.entry("chromium", CHROMIUM), Map.entry("chromium-driver", DRIVER))
        .filter(program -> program.getValue().stream().noneMatch(Files::isExecutable))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  private static List<Path> paths(String... paths) {
    return Stream.of(paths).map(Path::of).toList();
  }

  private static Path first(List<Path> paths) {
    return paths.stream().filter(Files::isExecutable).findFirst().orElseThrow();
  }

  /** Opens a page and waits until it is loaded. */
  public void open(String address) {
    console();
    driver.get(address);
  }

  /** Runs the body of a function in the page; what it returns. */
  public @Nullable Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs the body of a function that calls its last argument with its result. */
  public @Nullable Object runAsync(String script, Object... arguments) {
    return driver.executeAsyncScript(script, arguments);
  }

  /** What an expression is in the page, as text. */
  public String text(String expression) {
    return String.valueOf(run("return " + expression));
  }

  /** Waits until an expression is true in the page. */
  public void await(String what, String expression) {
    eventually(what, () -> Boolean.TRUE.equals(run("return Boolean(" + expression + ")")));
  }

  /** The visible text of the first element that a selector finds; waits until there is one. */
  public String textOf(String selector) {
    return eventually(selector, Eventually.LONG, () -> find(selector).getText());
  }

  /** The first element that a selector finds. */
  public WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  /** Clicks on the first element that a selector finds, as soon as it can be. */
  public void click(String selector) {
    eventually(
        "click on " + selector,
        Eventually.LONG,
        () -> {
          WebElement element = find(selector);
          driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
          element.click();
          return element;
        });
  }

  /** Clicks on the button with this text. */
  public void press(String text) {
    eventually(
        "press " + text,
        Eventually.LONG,
        () -> {
          WebElement button =
              driver.findElement(By.xpath("//button[normalize-space()='" + text + "']"));
          driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", button);
          button.click();
          return button;
        });
  }

  /** Types into a field, in the place of what is in it. */
  public void type(String selector, String text) {
    WebElement field = find(selector);
    field.clear();
    field.sendKeys(text);
  }

  /** Presses keys, wherever the focus is. */
  public void keys(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Goes with the Tab key to the next element, until an expression about the focused one holds. */
  public void tabTo(String what, String expression, int most) {
    List<String> passed = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      keys(Keys.TAB);
      passed.add(
          text(
              "[document.activeElement.tagName, document.activeElement.id,"
                  + " document.activeElement.textContent.slice(0, 20)].join(' ')"));
      if (Boolean.TRUE.equals(
          run("const e = document.activeElement; return Boolean(" + expression + ")"))) {
        return;
      }
    }
    throw new AssertionError("not reached by Tabs: " + what + "; passed " + passed);
  }

  /** Makes the page so large, in CSS pixels. */
  public void size(int width, int height) {
    windowWidth = width;
    windowHeight = height;
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * What the person in front of it prefers: {@code light} or {@code dark}, motion or less of it.
   */
  public void prefers(String scheme, boolean motion) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    motion ? "no-preference" : "reduce"))));
  }

  /** The picture of the window, as PNG. */
  public byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** The picture of one element, as PNG. */
  public byte[] picture(String selector) {
    return find(selector).getScreenshotAs(OutputType.BYTES);
  }

  /**
   * Puts a picture of the whole page, as in a window that is high enough, into target/screenshots.
   */
  public void screenshot(String name) {
    int height = windowHeight;
    Number whole = (Number) run("return document.documentElement.scrollHeight");
    size(windowWidth, Objects.requireNonNull(whole).intValue());
    run(DOCK, "static");
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), picture());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      run(DOCK, "");
      size(windowWidth, height);
    }
  }

  /** Errors that the page has written to its console since this was last asked. */
  public List<String> console() {
    List<String> errors = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
        errors.add(entry.getMessage());
      }
    }
    return errors;
  }

  /**
   * The page can be seen without scrolling sideways.
   *
   * @throws AssertionError if not, with what is too wide
   */
  public void assertFits() {
    String tooWide =
        text(
            """
            JSON.stringify(document.documentElement.scrollWidth <= innerWidth ? [] :
              [document.documentElement.scrollWidth, ...[...document.querySelectorAll('body *')]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                .map((e) => e.tagName + '.' + (e.getAttribute('class') ?? e.id)).slice(0, 5)])\
            """);
    if (!tooWide.equals("[]")) {
      throw new AssertionError("too wide: " + tooWide);
    }
  }

  /**
   * Nothing keeps people out who cannot see, or have no mouse: axe finds nothing.
   *
   * @throws AssertionError with what it finds
   */
  public void assertAccessible() {
    run(axe());
    Object found =
        runAsync(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
              (result) => done(result.violations.map((one) =>
                one.id + ': ' + one.help + ': ' + one.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '))),
              (error) => done([String(error)]));
            """);
    if (!List.of().equals(found)) {
      throw new AssertionError("axe finds: " + found);
    }
  }

  private static String axe() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file into a field for files. */
  public void choose(String selector, File file) {
    find(selector).sendKeys(file.getAbsolutePath());
  }

  /** A driver that does not answer any more has nothing to do with what was tested. */
  @Override
  public void close() {
    try {
      driver.quit();
    } catch (WebDriverException e) {
      System.out.println("the browser was not closed: " + e.getMessage());
    }
  }
}
