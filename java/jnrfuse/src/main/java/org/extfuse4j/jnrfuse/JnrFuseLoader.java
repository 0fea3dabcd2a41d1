// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ru.serce.jnrfuse.FuseFS;

/**
 * Loads a file system by the name of its class. jnr-fuse's own classes are always those of this
 * project's class path, whatever the file system's jars have: libfuse is never needed.
 */
public final class JnrFuseLoader {
  private final String className;
  private final List<Path> classPath;

  private JnrFuseLoader(String className, List<Path> classPath) {
    this.className = className;
    this.classPath = classPath;
  }

  /**
   * Reads where a class is.
   *
   * @param spec {@code CLASS[,CLASSPATH]}, the class path with the separators of java -cp
   * @throws JnrFuseException in one line for what does not exist
   */
  public static JnrFuseLoader of(String spec) {
    int comma = spec.indexOf(',');
    List<Path> classPath = new ArrayList<>();
    if (comma >= 0) {
      for (String entry : spec.substring(comma + 1).split(File.pathSeparator, -1)) {
        if (!entry.isEmpty()) {
          classPath.add(existing(entry));
        }
      }
    }
    return new JnrFuseLoader(comma < 0 ? spec : spec.substring(0, comma), classPath);
  }

  // The daemon's working directory is not the caller's, which its launcher tells.
  private static Path existing(String entry) {
    Path path = Path.of(System.getProperty("extfuse.cwd", "")).resolve(entry).toAbsolutePath();
    if (!Files.exists(path)) {
      throw new JnrFuseException(
          "class path " + path + " does not exist: give jars or directories");
    }
    return path;
  }

  /** The name of the class. */
  public String className() {
    return className;
  }

  /** The jars and directories, absolute. */
  public List<Path> classPath() {
    return List.copyOf(classPath);
  }

  /**
   * Makes the file system. Its classes stay loadable while the process lives.
   *
   * @throws JnrFuseException in one line: no such class, not a FuseFS, no constructor without
   *     arguments, or one that throws
   */
  public FuseFS load() {
    ClassLoader loader = loader();
    Thread.currentThread().setContextClassLoader(loader);
    Class<? extends FuseFS> type = type(loader);
    try {
      Constructor<? extends FuseFS> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException e) {
      throw failed("has no constructor without arguments: write one, or call ExtFuse.mount", e);
    } catch (InstantiationException e) {
      throw failed("is abstract: name a class that is not", e);
    } catch (InvocationTargetException e) {
      throw failed("cannot be made, its constructor throws " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw failed("cannot be made: " + e, e);
    }
  }

  private Class<? extends FuseFS> type(ClassLoader loader) {
    Class<?> type;
    try {
      type = Class.forName(className, true, loader);
    } catch (ClassNotFoundException e) {
      throw failed("is not found" + (classPath.isEmpty() ? "" : " in " + joined()), e);
    } catch (LinkageError e) {
      throw failed("cannot be loaded (" + e + "): is its class path complete?", e);
    }
    if (!FuseFS.class.isAssignableFrom(type)) {
      throw failed("is not a file system of jnr-fuse (" + FuseFS.class.getName() + ")", null);
    }
    return type.asSubclass(FuseFS.class);
  }

  private ClassLoader loader() {
    URL[] urls = new URL[classPath.size()];
    try {
      for (int i = 0; i < urls.length; i++) {
        urls[i] = classPath.get(i).toUri().toURL();
      }
    } catch (MalformedURLException e) {
      throw failed("has a class path that is no URL", e);
    }
    return new URLClassLoader(urls, JnrFuseLoader.class.getClassLoader());
  }

  private String joined() {
    List<String> entries = classPath.stream().map(Path::toString).toList();
    return String.join(File.pathSeparator, entries);
  }

  private JnrFuseException failed(String what, Throwable cause) {
    return new JnrFuseException("class " + className + " " + what, cause);
  }
}
