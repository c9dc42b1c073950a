using System.CommandLine;
using System.Text;
using Oci.Distribution.Copying;
using Oci.Distribution.Syncing;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci sync</c>: many repositories from one place to another.</summary>
internal sealed class SyncCommand : ToolCommand
{
    private readonly Argument<SyncPlace> _source = Place("SRC", "a registry, a repository or a layout: docker://HOST, docker://HOST/NAME, oci:DIR");
    private readonly Argument<SyncPlace> _destination = Place("DST", "a registry, what comes before the names there, or a directory of layouts: docker://HOST[/PREFIX], oci:DIR");
    private readonly Option<string[]> _include = Globs("--include", "repositories to sync, such as 'team/*' or 'team/**' (default: all)");
    private readonly Option<string[]> _exclude = Globs("--exclude", "repositories to leave out");
    private readonly Option<string[]> _tags = Globs("--tags", "tags to sync, such as 'v1.*' (default: all)");
    private readonly Option<string[]> _excludeTags = Globs("--exclude-tags", "tags to leave out, such as '*-rc*'");
    private readonly Option<int?> _newest = new("--newest") { Description = "of the tags that are versions only the highest so many", HelpName = "COUNT" };
    private readonly PlatformsOption _platform = new("only these images of each index; may come several times (default: all)");
    private readonly Option<bool> _sparse = new("--sparse") { Description = "with --platform keep each index as it is, digest and all, though some of its images stay behind" };
    private readonly Option<bool> _referrers = new("--referrers", "-r") { Description = "copy what refers to the images too" };
    private readonly Option<bool> _check = new("--check") { Description = "look into images that are equal by digest as well, for what lacks" };
    private readonly Option<bool> _prune = new("--prune") { Description = "delete the tags of DST that SRC has no more" };
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "say what would be done, and do nothing" };

    public SyncCommand()
        : base("sync", "Keeps repositories of one place as those of another.")
    {
        Add(_source);
        Add(_destination);
        foreach (Option option in (ReadOnlySpan<Option>)[_include, _exclude, _tags, _excludeTags, _newest, _platform, _sparse, _referrers, _check, _prune, _dryRun])
        {
            Add(option);
        }
        _newest.Validators.Add(result =>
        {
            if (result.Tokens is [var count] && !(int.TryParse(count.Value, out int number) && number > 0))
            {
                result.AddError($"--newest: '{count.Value}' is no number from 1 up");
            }
        });
        Details = """
            What is equal by digest is not read. A failure is told, the others go on, and the exit code is 1; the same command again
            copies what lacks. In patterns * stops at a slash and ** does not; write them in quotes. A layout gets the tags of one
            repository, in a folder with + for each slash of its name.
            """;
        Examples =
        [
            new("oci sync docker://registry.example docker://localhost:5000/mirror --include 'team/**' --tags 'v*'", "part of a registry"),
            new("oci sync docker://docker.io/library/debian oci:backup --newest 3 --platform linux/amd64", "one repository into a layout"),
            new("oci sync docker://registry.example docker://localhost:5000 --prune --dry-run", "what a mirror lacks and has too much"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<SyncRepository> source = await call.Get(_source).ListAsync(call.Registries, cancellationToken);
        SyncDestination destination = call.Get(_destination).ToDestination(call.Registries);
        var results = new List<SyncedImage>();
        await call.Progress.RunAsync(async bars =>
        {
            await foreach (SyncResult result in new RegistrySync(ToOptions(call)).RunAsync(source, destination, bars, cancellationToken))
            {
                var image = SyncedImage.Of(result);
                results.Add(image);
                if (!call.PrintsJson)
                {
                    call.Print(Encoding.UTF8.GetBytes($"{image}\n"));
                }
            }
            return results.Count;
        });
        call.Print(new SyncedResult(call.Get(_source).Text, call.Get(_destination).Text, results), OutputJson.Relaxed.SyncedResult);
        return results.Any(image => image.Error is not null) ? ExitCode.Failed : ExitCode.Done;
    }

    private SyncOptions ToOptions(Invocation call)
    {
        var options = new SyncOptions
        {
            NewestVersions = call.Get(_newest),
            CheckEqual = call.Get(_check),
            Prune = call.Get(_prune),
            DryRun = call.Get(_dryRun),
            Copy = new CopyOptions { Platforms = call.Get(_platform) ?? [], ReduceIndex = !call.Get(_sparse), IncludeReferrers = call.Get(_referrers) },
        };
        Add(options.Repositories, _include);
        Add(options.ExcludedRepositories, _exclude);
        Add(options.Tags, _tags);
        Add(options.ExcludedTags, _excludeTags);
        return options;

        void Add(IList<string> to, Option<string[]> option)
        {
            foreach (string pattern in call.Get(option) ?? [])
            {
                to.Add(pattern);
            }
        }
    }

    private static Argument<SyncPlace> Place(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => CommonOptions.Parse(result, SyncPlace.Parse),
    };

    private static Option<string[]> Globs(string name, string description) => new(name) { Description = description, HelpName = "GLOB" };
}
