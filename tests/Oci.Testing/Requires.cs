using Xunit;

namespace Oci.Testing;

/// <summary>What a test needs of its machine. A test that cannot have it is skipped, with the reason.</summary>
public static class Requires
{
    public static void Linux() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs Linux.");

    public static void Root()
    {
        Linux();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");
    }

    public static void OrdinaryUser()
    {
        Linux();
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Needs an ordinary user.");
    }

    /// <summary>Root, or an ordinary user who may make user namespaces.</summary>
    public static void Containers()
    {
        Linux();
        Assert.SkipUnless(Environment.IsPrivilegedProcess || CanMakeUserNamespaces.Value, "Needs root, or a kernel that lets an ordinary user make user namespaces.");
    }

    private static readonly Lazy<bool> CanMakeUserNamespaces = new(() =>
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("unshare", ["--user", "--map-root-user", "true"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    /// <summary>The full path of a program of this machine; skips the test where there is none.</summary>
    public static string Tool(string name)
    {
        string? path = FindTool(name);
        Assert.SkipWhen(path is null, $"Needs {name}, which is not installed here.");
        return path!;
    }

    public static string? FindTool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append("/usr/sbin").Append("/sbin")
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
