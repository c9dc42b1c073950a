using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Oci.Interop.Tests.Distribution;

namespace Oci.Interop.Tests.OciTool;

/// <summary><c>oci login</c> and <c>oci logout</c>, and whether other tools see what they did.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Password = "s3cret pässword";
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Login_IsSeenByOthers_AndLogoutEndsIt()
    {
        string skopeo = Requires.Tool("skopeo");
        await using DockerRegistry registry = await StartRegistryAsync();
        string host = registry.Address.Authority;
        string file = _temp.Combine("auth.json");
        await File.WriteAllTextAsync(file, """{"auths":{"other.example":{"auth":"YTpi"}},"kept":1}""");

        ToolResult login = (await LoginAsync(Password, "login", host, "-u", "tester", "--password-stdin", "--authfile", file)).EnsureSuccess();
        ToolResult seenBySkopeo = await ToolResult.RunAsync(skopeo, ["login", "--get-login", "--authfile", file, host]);
        ToolResult usedBySkopeo = await ToolResult.RunAsync(skopeo, ["list-tags", "--authfile", file, "--tls-verify=false", $"docker://{host}/no/such"]);
        ToolResult seenByPodman = await ToolResult.RunAsync(Requires.Tool("podman"), ["login", "--get-login", "--authfile", file, host]);
        (await OciToolProcess.RunAsync("logout", host, "--authfile", file)).EnsureSuccess();
        ToolResult unusedBySkopeo = await ToolResult.RunAsync(skopeo, ["list-tags", "--authfile", file, "--tls-verify=false", $"docker://{host}/no/such"]);
        ToolResult after = await ToolResult.RunAsync(skopeo, ["login", "--get-login", "--authfile", file, host]);

        Assert.Contains($"Logged in to {host} as tester", login.Output);
        Assert.Equal("tester", seenBySkopeo.EnsureSuccess().Output.Trim());
        Assert.Equal("tester", seenByPodman.EnsureSuccess().Output.Trim());
        // There is no such repository; what counts is that the login was taken.
        Assert.DoesNotContain("authentication required", usedBySkopeo.Error);
        Assert.Contains("authentication required", unusedBySkopeo.Error);
        Assert.NotEqual(0, after.ExitCode);
        Assert.Equal("""{"auths":{"other.example":{"auth":"YTpi"}},"kept":1}""", JsonNode.Parse(await File.ReadAllTextAsync(file))!.ToJsonString());
        Assert.Contains("has no login", await OciToolProcess.FailAsync(1, "logout", host, "--authfile", file));
    }

    [Fact]
    public async Task Login_ByOthers_IsUsed_AndLogoutAllEndsIt()
    {
        string skopeo = Requires.Tool("skopeo");
        await using DockerRegistry registry = await StartRegistryAsync();
        string host = registry.Address.Authority;
        string file = _temp.Combine("auth.json");
        (await ToolResult.RunAsync(skopeo, ["login", "--authfile", file, "--tls-verify=false", "-u", "tester", "-p", Password, host])).EnsureSuccess();

        string missing = await FailAsync(file, "inspect", $"docker://{host}/no/such:v1");
        (await OciToolProcess.RunAsync("logout", "--all", "--authfile", file)).EnsureSuccess();
        string refused = await FailAsync(file, "inspect", $"docker://{host}/no/such:v1");

        Assert.Contains("has no 'v1'", missing);
        Assert.Contains("answered 401", refused);
    }

    [Fact]
    public async Task Login_WithAWrongPassword_KeepsNothingAndTellsNoSecret()
    {
        await using DockerRegistry registry = await StartRegistryAsync();
        string file = _temp.Combine("auth.json");

        ToolResult result = await LoginAsync("wr0ng-secret", "login", registry.Address.Authority, "-u", "tester", "--password-stdin", "--authfile", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("answered 401", result.Error);
        Assert.DoesNotContain("wr0ng-secret", result.Error + result.Output);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Login_ToARegistryThatLetsAnybodyIn_SaysSo()
    {
        await using var registry = await EmbeddedRegistry.EmbeddedHost.StartAsync();

        ToolResult result = (await LoginAsync("x", "login", registry.Address.Authority, "-u", "me", "--password-stdin", "--authfile", _temp.Combine("a"), "--json")).EnsureSuccess();

        Assert.Contains("could not be checked", result.Error);
        Assert.False((bool)JsonNode.Parse(result.Output)!["checked"]!);
    }

    [Theory]
    [InlineData("login", "https://a.example")]
    [InlineData("login", "a.example")]
    [InlineData("login", "a.example", "-u", "me")]
    [InlineData("logout")]
    [InlineData("logout", "a.example", "--all")]
    public async Task Login_ThatCannotBe_IsAUsageError(params string[] arguments) => await OciToolProcess.FailAsync(2, arguments);

    [Fact]
    public async Task Login_OnATerminal_AsksAndDoesNotShowThePassword()
    {
        string script = Requires.Tool("script");
        await using DockerRegistry registry = await StartRegistryAsync();
        string file = _temp.Combine("auth.json");
        var start = new ProcessStartInfo(script, ["-qec", $"tty; exec {OciToolProcess.ShellCommand} login {registry.Address.Authority} --authfile {file}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        var shown = new StringBuilder();

        string terminal = (await ReadUntilAsync(process, shown, "\n")).Trim();
        await ReadUntilAsync(process, shown, "User name: ");
        await process.StandardInput.WriteAsync("tester\r");
        await process.StandardInput.FlushAsync();
        await ReadUntilAsync(process, shown, "Password of tester: ");
        await WaitForNoEchoAsync(terminal);
        await process.StandardInput.WriteAsync($"x\x7f{Password}\r");
        await process.StandardInput.FlushAsync();
        shown.Append(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Contains("Logged in to", shown.ToString());
        Assert.DoesNotContain("s3cret", shown.ToString());
        Assert.Equal(0, process.ExitCode);
        Assert.True(File.Exists(file));
    }

    private static async Task<DockerRegistry> StartRegistryAsync()
    {
        string htpasswd = (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-nbB", "-C", "4", "tester", Password])).EnsureSuccess().Output;
        return await DockerRegistry.StartAsync(htpasswd);
    }

    private static async Task<string> FailAsync(string authFile, params string[] arguments)
    {
        ToolResult result = await ToolResult.RunAsync("sh", ["-c", $"REGISTRY_AUTH_FILE='{authFile}' exec {OciToolProcess.ShellCommand} \"$@\"", "oci", .. arguments]);
        Assert.Equal(1, result.ExitCode);
        return result.Error;
    }

    private static Task<ToolResult> LoginAsync(string password, params string[] arguments) =>
        ToolResult.RunAsync("sh", ["-c", $"printf '%s\\n' '{password}' | {OciToolProcess.ShellCommand} \"$@\"", "oci", .. arguments]);

    private static async Task<string> ReadUntilAsync(Process process, StringBuilder shown, string end)
    {
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        var one = new char[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.Equal(1, await process.StandardOutput.ReadAsync(one, timer.Token));
            text.Append(one[0]);
        }
        shown.Append(text);
        return text.ToString();
    }

    // What is typed before the program reads is shown by the terminal itself.
    private static async Task WaitForNoEchoAsync(string terminal)
    {
        var watch = Stopwatch.StartNew();
        while (!(await ToolResult.RunAsync("stty", ["-F", terminal, "-a"])).Output.Contains("-echo ", StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "The terminal goes on to show what is typed.");
        }
    }
}
