using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciRun;

/// <summary>A root filesystem with busybox, and bundles of it.</summary>
internal static class BusyboxRoot
{
    private static readonly string[] Applets = ["sh", "cat", "echo", "true", "id", "sleep", "tty", "stty", "pwd", "env", "kill", "trap", "ls"];

    public static void WriteTo(string rootfs)
    {
        string bin = Directory.CreateDirectory(Path.Combine(rootfs, "bin")).FullName;
        File.Copy(Requires.Tool("busybox"), Path.Combine(bin, "busybox"));
        foreach (string applet in Applets)
        {
            File.CreateSymbolicLink(Path.Combine(bin, applet), "busybox");
        }
        foreach (string folder in (ReadOnlySpan<string>)["proc", "sys", "dev", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(rootfs, folder));
        }
    }

    /// <summary>A bundle that runs a program without a terminal, with the configuration that ocirun writes.</summary>
    public static async Task WriteBundleAsync(OciRunProgram ocirun, string bundle, params string[] args)
    {
        WriteTo(Path.Combine(bundle, "rootfs"));
        (await ocirun.RunAsync("spec", "--bundle", bundle)).EnsureSuccess();
        await SetProcessAsync(bundle, terminal: false, args);
    }

    public static async Task SetProcessAsync(string bundle, bool terminal, params string[] args)
    {
        string config = Path.Combine(bundle, "config.json");
        JsonNode spec = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        spec["process"]!["terminal"] = terminal;
        spec["process"]!["args"] = new JsonArray([.. args.Select(a => JsonValue.Create(a))]);
        await File.WriteAllTextAsync(config, spec.ToJsonString());
    }
}
