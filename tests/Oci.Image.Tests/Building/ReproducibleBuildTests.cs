using System.Globalization;
using Oci.Image.Building;

namespace Oci.Image.Tests.Building;

/// <summary>The same input gives the same digests, whatever the machine and its settings.</summary>
public sealed class ReproducibleBuildTests : IDisposable
{
    // By these a test runs in a process of its own: the tree to build, and the file that its digests go to.
    private const string TreeVariable = "OCI_TEST_TREE";
    private const string ResultVariable = "OCI_TEST_RESULT";

    private readonly TempDirectory _temp = new();
    private readonly string _tree;

    public ReproducibleBuildTests()
    {
        Requires.Linux();
        _tree = Environment.GetEnvironmentVariable(TreeVariable) ?? _temp.Combine("tree");
        if (!Directory.Exists(_tree))
        {
            ReproducibleBuild.Plant(_tree, backwards: false);
        }
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Build_WithTheTimeOfTheEnvironment_IsTheSameEachTime()
    {
        DateTimeOffset time = SourceDateEpoch.FromEnvironment() ?? ReproducibleBuild.Time;

        string digests = await ReproducibleBuild.RunAsync(_tree, time, workers: 0);

        Assert.Equal(digests, await ReproducibleBuild.RunAsync(_tree, time, workers: 0));
        Assert.NotEqual(digests, await ReproducibleBuild.RunAsync(_tree, time.AddSeconds(-1), workers: 0));
        if (Environment.GetEnvironmentVariable(ResultVariable) is string result)
        {
            await File.WriteAllTextAsync(result, digests);
        }
    }

    [Theory]
    [InlineData("1", "Pacific/Apia", "077")]
    [InlineData("8", "America/St_Johns", "000")]
    public async Task Build_InAProcessWithOtherProcessorsTimeZoneAndUmask_IsTheSame(string processors, string timeZone, string umask)
    {
        string result = _temp.Combine("digests");
        string assembly = typeof(ReproducibleBuildTests).Assembly.Location;
        var environment = new Dictionary<string, string?>
        {
            [TreeVariable] = _tree,
            [ResultVariable] = result,
            [SourceDateEpoch.VariableName] = ReproducibleBuild.Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["DOTNET_PROCESSOR_COUNT"] = processors,
            ["TZ"] = timeZone,
        };
        string method = $"{typeof(ReproducibleBuildTests).FullName}.{nameof(Build_WithTheTimeOfTheEnvironment_IsTheSameEachTime)}";

        (await ToolResult.RunAsync("/bin/sh", ["-c", "umask \"$2\" && exec dotnet \"$0\" -noColor -method \"$1\"", assembly, method, umask], TimeSpan.FromMinutes(3), environment)).EnsureSuccess();

        Assert.Equal(await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers: 0), await File.ReadAllTextAsync(result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Build_WithAnyNumberOfWorkers_IsTheSame(int workers) =>
        Assert.Equal(await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers: 3), await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers));

    [Fact]
    public async Task Build_InACultureWithOtherSigns_IsTheSame()
    {
        string expected = await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers: 0);
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.DateTimeFormat.TimeSeparator = ".";
        culture.DateTimeFormat.DateSeparator = "_";
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers: 0));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Build_OfATreeThatListsItsFilesInAnotherOrder_IsTheSame()
    {
        const string Memory = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(Memory), $"Needs a tmpfs at {Memory}.");
        string other = Directory.CreateTempSubdirectory("oci-test-").FullName;
        string inMemory = Path.Combine(Memory, Path.GetFileName(other));
        Directory.Delete(other);
        try
        {
            ReproducibleBuild.Plant(inMemory, backwards: true);
            Assert.NotEqual(Order(_tree), Order(inMemory));

            Assert.Equal(await ReproducibleBuild.RunAsync(_tree, ReproducibleBuild.Time, workers: 0), await ReproducibleBuild.RunAsync(inMemory, ReproducibleBuild.Time, workers: 0));
        }
        finally
        {
            Directory.Delete(inMemory, recursive: true);
        }

        static IEnumerable<string> Order(string tree) => Directory.GetFiles(Path.Combine(tree, "d1")).Select(file => Path.GetFileName(file)!);
    }
}
