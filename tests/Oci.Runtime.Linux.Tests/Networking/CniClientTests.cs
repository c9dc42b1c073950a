using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Networking;

namespace Oci.Runtime.Linux.Tests.Networking;

/// <summary>The protocol, with plugins that are shell scripts (CNI specification, sections 2 and 3).</summary>
public sealed class CniClientTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public CniClientTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    private CniClient Client(TimeSpan? timeout = null) => new(new CniOptions
    {
        PluginDirectories = [_temp.Combine("plugins")],
        CacheDirectory = _temp.Combine("cache"),
        Timeout = timeout ?? TimeSpan.FromSeconds(60),
    });

    private string[] Calls => File.Exists(_temp.Combine("calls")) ? File.ReadAllLines(_temp.Combine("calls")) : [];

    [Fact]
    public async Task AddAsync_Chain_HandsEachResultOnAndKeepsTheLast()
    {
        Plugin("one", "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.1/8\"}]}'");
        Plugin("two", "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.2/8\",\"gateway\":\"10.0.0.1\"}],\"routes\":null}'");

        CniResult result = await Client().AddAsync(Network("one", "two"), Attachment());
        await Client().CheckAsync(Network("one", "two"), Attachment());
        await Client().DeleteAsync(Network("one", "two"), Attachment());

        Assert.Equal("10.0.0.2/8", Assert.Single(result.Addresses).Address);
        Assert.Empty(result.Routes);
        Assert.Equal(["ADD one", "ADD two", "CHECK one", "CHECK two", "DEL two", "DEL one"], Calls);
        Assert.Equal("10.0.0.1/8", Address(Input("ADD", "two")));
        // Section 3: CHECK and DEL get the final result of ADD, every plugin the same.
        Assert.All(new[] { ("CHECK", "one"), ("CHECK", "two"), ("DEL", "two"), ("DEL", "one") }, call => Assert.Equal("10.0.0.2/8", Address(Input(call.Item1, call.Item2))));
        Assert.Empty(Directory.GetFiles(_temp.Combine("cache")));
    }

    [Fact]
    public async Task AddAsync_Environment_IsWhatTheSpecificationSaysAndNoMore()
    {
        Plugin("one", $"env > {_temp.Combine("env")}; echo '{{}}'");

        await Client().AddAsync(Network("one"), new CniAttachment("web", "/proc/1/ns/net", "net1") { Arguments = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" } });

        string[] names = [.. File.ReadAllLines(_temp.Combine("env")).Where(line => !line.StartsWith("PWD=") && !line.StartsWith("SHLVL=") && !line.StartsWith("_=") && !line.StartsWith("OLDPWD=")).Order(StringComparer.Ordinal)];
        Assert.Equal(["CNI_ARGS=A=1;B=2", "CNI_COMMAND=ADD", "CNI_CONTAINERID=web", "CNI_IFNAME=net1", "CNI_NETNS=/proc/1/ns/net", $"CNI_PATH={_temp.Combine("plugins")}"], names.Where(n => n.StartsWith("CNI_")));
        Assert.Equal(7, names.Length);
    }

    [Fact]
    public async Task AddAsync_Capabilities_ReachOnlyWhoAsksForThem()
    {
        Plugin("one", "echo '{}'");
        var network = CniNetwork.Parse("""{"cniVersion":"1.0.0","name":"n","plugins":[{"type":"one","capabilities":{"mac":true,"off":false},"mtu":1400}]}"""u8);

        await Client().AddAsync(network, new CniAttachment("web", "/proc/1/ns/net") { Capabilities = new JsonObject { ["mac"] = "aa", ["off"] = 1, ["other"] = 2 } });

        JsonNode input = Input("ADD", "one");
        Assert.Equal("""{"mac":"aa"}""", input["runtimeConfig"]!.ToJsonString());
        Assert.Equal(1400, input["mtu"]!.GetValue<int>());
        Assert.Equal("n", input["name"]!.GetValue<string>());
        Assert.Null(input["capabilities"]);
    }

    [Fact]
    public async Task AddAsync_SecondPluginFails_DeletesAndThrowsItsError()
    {
        Plugin("one", "echo '{}'");
        Plugin("two", "[ $CNI_COMMAND = DEL ] && exit 0; echo '{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"busy\",\"details\":\"lock\"}'; exit 1");

        var e = await Assert.ThrowsAsync<CniException>(() => Client().AddAsync(Network("one", "two"), Attachment()));

        Assert.Equal(("two", 11, "busy", "lock"), (e.Plugin, e.Code, e.PluginMessage, e.Details));
        Assert.Equal("container web: ADD of the network plugin two failed: busy (lock) [code 11]. Hint: Try again later.", e.Message);
        Assert.Equal(["ADD one", "ADD two", "DEL two", "DEL one"], Calls);
        Assert.False(Directory.Exists(_temp.Combine("cache")));
    }

    [Fact]
    public async Task AddAsync_NoSuchPlugin_SaysWhereItWasLookedFor()
    {
        var e = await Assert.ThrowsAsync<CniException>(() => Client().AddAsync(Network("missing"), Attachment()));

        Assert.Contains(_temp.Combine("plugins"), e.Message);
        Assert.Equal("missing", e.Plugin);
    }

    [Fact]
    public async Task DeleteAsync_OnePluginFails_RunsTheOthersAndCanBeTriedAgain()
    {
        Plugin("one", "echo '{}'");
        Plugin("two", $"[ $CNI_COMMAND = DEL ] && [ ! -e {_temp.Combine("ok")} ] && exit 3; echo '{{}}'");
        await Client().AddAsync(Network("one", "two"), Attachment());

        var e = await Assert.ThrowsAsync<CniException>(() => Client().DeleteAsync(Network("one", "two"), Attachment()));
        await File.WriteAllTextAsync(_temp.Combine("ok"), "");
        await Client().DeleteAsync(Network("one", "two"), Attachment());

        Assert.Contains("exit code 3", e.Message);
        Assert.Equal(["DEL two", "DEL one", "DEL two", "DEL one"], Calls[2..]);
        Assert.NotNull(Input("DEL", "one")["prevResult"]);
    }

    [Theory]
    [InlineData("sleep 1000")]
    [InlineData("cat /dev/zero")]
    [InlineData("echo no json")]
    public async Task AddAsync_PluginThatMisbehaves_IsEndedWithAReason(string script)
    {
        Plugin("one", $"[ $CNI_COMMAND = DEL ] && exit 0; {script}");
        var watch = Stopwatch.StartNew();

        var e = await Assert.ThrowsAsync<CniException>(() => Client(TimeSpan.FromSeconds(2)).AddAsync(Network("one"), Attachment()));

        Assert.Equal("one", e.Plugin);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task AddAsync_Cancelled_KillsThePluginAndDeletes()
    {
        using var cancel = new CancellationTokenSource();
        Plugin("one", $"[ $CNI_COMMAND = DEL ] && exit 0; touch {_temp.Combine("started")}; sleep 1000");
        using var watcher = new FileSystemWatcher(_temp.Path, "started");
        watcher.Created += (_, _) => cancel.Cancel();
        watcher.EnableRaisingEvents = true;

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().AddAsync(Network("one"), Attachment(), cancel.Token));

        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal(["ADD one", "DEL one"], Calls);
    }

    [Fact]
    public async Task CheckAsync_NotAttached_Throws()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client().CheckAsync(Network("one"), Attachment()));
    }

    private static CniAttachment Attachment() => new("web", "/proc/1/ns/net");

    private static CniNetwork Network(params string[] plugins) =>
        CniNetwork.Parse(Encoding.UTF8.GetBytes($$"""{"cniVersion":"1.0.0","name":"n","plugins":[{{string.Join(',', plugins.Select(p => $$"""{"type":"{{p}}"}"""))}}]}"""));

    private static string Address(JsonNode input) => input["prevResult"]!["ips"]![0]!["address"]!.GetValue<string>();

    private JsonNode Input(string command, string plugin) => JsonNode.Parse(File.ReadAllText(_temp.Combine($"{command}-{plugin}")))!;

    private void Plugin(string name, string script)
    {
        Directory.CreateDirectory(_temp.Combine("plugins"));
        string path = _temp.Combine("plugins", name);
        File.WriteAllText(path, $"#!/bin/sh\necho $CNI_COMMAND {name} >> {_temp.Combine("calls")}\ncat > {_temp.Path}/$CNI_COMMAND-{name}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
